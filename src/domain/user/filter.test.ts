import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesFilter, parseFilter } from './filter.js'
import { searchTerms, termOf } from './search-terms.js'
import type { User } from './user.js'

const ada: User = {
  sub: '0f2d9f0a-0000-4000-8000-000000000000',
  username: 'ada',
  status: 'CONFIRMED',
  isEnabled: true,
  attributes: { email: 'ada@example.com', given_name: 'Ada "the" Countess' },
  createdAtMs: 0,
  modifiedAtMs: 0,
  version: 1,
}

function filterOf(text: string) {
  const parsed = parseFilter(text)
  assert.equal(parsed.kind, 'filter', text)
  return (parsed as Extract<typeof parsed, { kind: 'filter' }>).filter
}

const matches = (text: string) => matchesFilter(ada, filterOf(text), { isCaseSensitive: false })

test('a filter names users by exact value or by prefix', () => {
  assert.equal(matches('email = "ada@example.com"'), true)
  assert.equal(matches('email="ada@example.co"'), false)
  assert.equal(matches('  email ^= "ada@"  '), true)
  assert.equal(matches('email ^= "bob"'), false)
  assert.equal(matches('given_name = "Ada \\"the\\" Countess"'), true)
  assert.equal(matches('cognito:user_status = "confirmed"'), true)
  assert.equal(matches('status = "Enabled"'), true)
  assert.equal(matches('status = "Disabled"'), false)
  assert.equal(matches(`sub = "${ada.sub}"`), true)
  assert.equal(matches('username = "ADA"'), true)
  assert.equal(matches('phone_number = "+1"'), false)
})

test('what is no filter is refused', () => {
  for (const text of [
    'email',
    'email = ada',
    'email == "a"',
    'email = "a" or email = "b"',
    '= "x"',
  ]) {
    assert.equal(parseFilter(text).kind, 'problem', text)
  }
  assert.deepEqual(parseFilter('address = "x"'), {
    kind: 'problem',
    problem: 'Invalid search attribute: address',
  })
})

test('every user whom a filter names has the term of the filter', () => {
  const terms = searchTerms(ada)
  for (const text of ['email = "ada@example.com"', 'email ^= "ada@ex"', 'email ^= "ada@example"']) {
    const term = termOf(filterOf(text))
    assert.ok(term !== undefined && terms.includes(term), text)
  }
  assert.equal(termOf(filterOf('email ^= "a"')), undefined)
  assert.equal(terms.includes(termOf(filterOf('email = "bob@example.com"')) ?? ''), false)
})
