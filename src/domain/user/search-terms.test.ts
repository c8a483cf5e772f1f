import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FILTER_ATTRIBUTES, type Filter, SEARCHABLE_ATTRIBUTES } from './filter.js'
import { matchesFilter } from './filter-match.js'
import { searchTerms, termsOf } from './search-terms.js'
import type { User } from './user.js'

const ada: User = {
  sub: '0f2d9f0a-0000-4000-8000-000000000000',
  username: 'AdaLovelace',
  status: 'CONFIRMED',
  isEnabled: true,
  attributes: { email: 'ada@example.com', name: 'Al', 'custom:tenant': 'secret' },
  createdAtMs: 0,
  modifiedAtMs: 0,
  version: 1,
}

test('a user has exact terms and prefix terms at three and six characters', () => {
  assert.deepEqual([...searchTerms(ada)].sort(), [
    'email=ada@example.com',
    'email^3^ada',
    'email^6^ada@ex',
    'name=al',
    'username^3^ada',
    'username^6^adalov',
  ])
})

test('an empty attribute has no terms', () => {
  const nobody = { username: 'x', attributes: { email: '', phone_number: '+15550100' } }
  assert.deepEqual([...searchTerms(nobody)].sort(), [
    'phone_number=+15550100',
    'phone_number^3^+15',
    'phone_number^6^+15550',
  ])
})

test('a filter chooses its narrowest term, folded', () => {
  const terms = (attribute: Filter['attribute'], match: Filter['match'], value: string) =>
    termsOf({ attribute, match, value })
  const term = (...filter: Parameters<typeof terms>) => terms(...filter)[0]
  assert.equal(term('email', 'exact', 'a'), 'email=a')
  assert.equal(term('email', 'prefix', 'ada@example.com'), 'email^6^ada@ex')
  assert.equal(term('email', 'prefix', 'ada@'), 'email^3^ada')
  assert.equal(term('email', 'prefix', 'ad'), undefined)
  assert.equal(term('email', 'prefix', ''), undefined)
  // The second is that of users whose terms are of an earlier version.
  assert.deepEqual(terms('email', 'exact', 'Ada@x.y'), ['email=ada@x.y', 'email=Ada@x.y'])
  assert.deepEqual(terms('name', 'prefix', 'ADA'), ['name^3^ada', 'name^3^ADA'])
  assert.deepEqual(terms('name', 'prefix', 'ada'), ['name^3^ada'])
  assert.equal(term('username', 'prefix', 'ADALOV'), 'username^6^adalov')
  assert.equal(term('username', 'exact', 'ada'), undefined)
  for (const attribute of ['sub', 'status', 'cognito:user_status'] as const) {
    assert.equal(term(attribute, 'exact', 'CONFIRMED'), undefined)
    assert.equal(term(attribute, 'prefix', 'CONFIRMED'), undefined)
  }
})

test('terms of different attributes and lengths never meet', () => {
  const same = {
    username: 'same',
    attributes: Object.fromEntries(SEARCHABLE_ATTRIBUTES.map((name) => [name, 'same-value'])),
  }
  const terms = searchTerms(same)
  assert.equal(new Set(terms).size, terms.length)
})

test('every user whom a filter names has the term of the filter', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'A', 'b', 'İ', 'ß', 'é', '🔑', '@', '=', '^', '3'),
    maxLength: 8,
  })
  const filters = fc.record({
    attribute: fc.constantFrom(...FILTER_ATTRIBUTES),
    match: fc.constantFrom('exact' as const, 'prefix' as const),
    cut: fc.nat(10),
  })
  let named = 0
  fc.assert(
    fc.property(text, text, filters, fc.boolean(), (username, email, ask, isCaseSensitive) => {
      const user = { ...ada, username, attributes: { email, name: email } }
      const whole = ask.attribute === 'username' ? username : email
      const value = ask.match === 'exact' ? whole : whole.slice(0, ask.cut).toUpperCase()
      for (const asked of [value, value.toLowerCase(), whole.slice(0, ask.cut)]) {
        const filter = { attribute: ask.attribute, match: ask.match, value: asked }
        if (!matchesFilter(user, filter, { isCaseSensitive })) continue
        const [term] = termsOf(filter)
        if (term === undefined) continue
        named += 1
        assert.ok(searchTerms(user).includes(term), `${JSON.stringify(filter)} of ${username}`)
      }
    }),
    { seed: 11, numRuns: 3000 },
  )
  assert.ok(named > 200, `only ${named} filters named a user`)
})
