import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesArn, matchesWildcard } from './wildcard.js'

test('stars are any text, question marks one character', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*', '', true],
    ['*', 'anything', true],
    ['', '', true],
    ['', 'a', false],
    ['a', 'a', true],
    ['a', 'ab', false],
    ['?', '', false],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['a*', 'a', true],
    ['a*c', 'abc', true],
    ['a*c', 'abcd', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['a**b', 'ab', true],
    ['*?', '', false],
    ['*?', 'x', true],
    ['*ab', 'aab', true],
    ['a.c', 'abc', false],
    ['a[bc]', 'ab', false],
    ['a+', 'aa', false],
    ['*', '*', true],
    ['a*', 'a*b', true],
    ['a?c', 'a*c', true],
  ]
  for (const [pattern, text, expected] of cases) {
    assert.equal(matchesWildcard(pattern, text), expected, `${pattern} on ${text}`)
  }
})

test('case counts', () => {
  assert.equal(matchesWildcard('cognito-idp:Admin*', 'cognito-idp:AdminGetUser'), true)
  assert.equal(matchesWildcard('cognito-idp:Admin*', 'COGNITO-IDP:adminGetUser'), false)
})

test('a wildcard stays within its part of an ARN, except in the last', () => {
  assert.equal(matchesArn('arn:aws:kms:*:1:key/*', 'arn:aws:kms:us-west-2:1:key/a:b'), true)
  assert.equal(matchesArn('arn:aws:*:key/a', 'arn:aws:kms:us-west-2:1:key/a'), false)
  assert.equal(matchesArn('arn:aws:kms:*:1:key/a', 'arn:aws:kms:us:west:1:key/a'), false)
})

test('a regular expression of the pattern says the same', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  fc.assert(
    fc.property(letters, letters, (pattern, text) => {
      const source = pattern.replaceAll('*', '.*').replaceAll('?', '.')
      const expected = new RegExp(`^${source.replaceAll('.*.*', '.*')}$`).test(text)
      assert.equal(matchesWildcard(pattern, text), expected)
    }),
    { seed: 7, numRuns: 2000 },
  )
})

test('many stars cost no more than their number', () => {
  const pattern = `${'*a'.repeat(1_000)}*b`
  assert.equal(matchesWildcard(pattern, 'a'.repeat(5_000)), false)
})
