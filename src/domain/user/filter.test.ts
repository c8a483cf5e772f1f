import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FILTER_ATTRIBUTES, filterText, parseFilter } from './filter.js'
import { matchesFilter } from './filter-match.js'
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
  assert.equal(matches('status = "enabled"'), false)
  assert.equal(matches('given_name ^= "ADA "'), true)
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

test('names and statuses compare as the service compares them', () => {
  const inCaseSensitivePool = (text: string) =>
    matchesFilter(ada, filterOf(text), { isCaseSensitive: true })
  assert.equal(inCaseSensitivePool('username = "ADA"'), false)
  assert.equal(inCaseSensitivePool('username ^= "ad"'), true)
  assert.equal(matches('username ^= "AD"'), true)
  assert.equal(matches('cognito:user_status ^= "conf"'), true)
  assert.equal(matches('email = "ADA@example.com"'), true)
})

test('an empty prefix names everybody who has the attribute', () => {
  assert.equal(matches('email ^= ""'), true)
  assert.equal(matches('phone_number ^= ""'), false)
  assert.equal(matches('email = ""'), false)
})

test('quotation marks and backslashes of a value are escaped', () => {
  assert.equal(filterOf('name = "a\\\\b\\"c"').value, 'a\\b"c')
  assert.equal(filterOf('name = ""').value, '')
  assert.equal(filterOf('name = "  two  "').value, '  two  ')
  assert.equal(filterOf('name = "= ^= x"').value, '= ^= x')
  assert.equal(filterOf('name\n^=\t"x"').match, 'prefix')
})

test('the text of a filter is read as the filter that it was written from', () => {
  for (const value of ['', 'ada', 'a"b', 'a\\', '\\"', ' = "x" ', 'é😀\n']) {
    for (const match of ['exact', 'prefix'] as const) {
      const filter = { attribute: 'given_name', match, value } as const
      assert.deepEqual(filterOf(filterText(filter)), filter)
    }
  }
  assert.equal(filterText({ attribute: 'email', match: 'prefix', value: 'a' }), 'email ^= "a"')
})

test('the name of the attribute may be quoted', () => {
  assert.deepEqual(filterOf('"email" ^= "a"'), { attribute: 'email', match: 'prefix', value: 'a' })
  assert.equal(parseFilter('"address" = "x"').kind, 'problem')
})

test('each searchable attribute may be named, others are told apart from bad grammar', () => {
  for (const attribute of FILTER_ATTRIBUTES) {
    assert.equal(filterOf(`${attribute} = "x"`).attribute, attribute)
  }
  for (const attribute of ['custom:tenant', 'nickname', 'Email', 'constructor', '__proto__']) {
    assert.deepEqual(parseFilter(`${attribute} = "x"`), {
      kind: 'problem',
      problem: `Invalid search attribute: ${attribute}`,
    })
  }
})

test('bad grammar is an error while parsing', () => {
  for (const text of [
    '',
    'email = "a',
    'email = a"',
    'email = "a" "b"',
    'email = "a"b"',
    'email = "a\\"',
    'email != "a"',
    'email ^ = "a"',
    'email',
    "email = 'a'",
    '"email = "a"',
    'email" = "a"',
    '"" = "a"',
    'email phone_number = "a"',
  ]) {
    assert.deepEqual(
      parseFilter(text),
      { kind: 'problem', problem: 'Error while parsing filter.' },
      text,
    )
  }
})
