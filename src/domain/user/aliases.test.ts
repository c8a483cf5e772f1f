import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aliasKindOf, claimedAlias, nameNewUser, normalName, type SignInNames } from './aliases.js'

const plain: SignInNames = { aliasAttributes: [], usernameAttributes: [], isCaseSensitive: false }
const aliased: SignInNames = {
  ...plain,
  aliasAttributes: ['email', 'phone_number', 'preferred_username'],
}
const byEmail: SignInNames = { ...plain, usernameAttributes: ['email'] }
const byPhone: SignInNames = { ...plain, usernameAttributes: ['phone_number'] }
const byEither: SignInNames = { ...plain, usernameAttributes: ['email', 'phone_number'] }
const sub = '11111111-2222-4333-8444-555555555555'

const named = (
  settings: SignInNames,
  username: string,
  attributes: Readonly<Record<string, string>> = {},
) => nameNewUser(settings, { username, sub, attributes })

test('names compare without case unless the pool says otherwise', () => {
  assert.equal(normalName({ isCaseSensitive: false }, 'Maria'), 'maria')
  assert.equal(normalName({ isCaseSensitive: true }, 'Maria'), 'Maria')
})

test('the form of a name says which alias it could be', () => {
  assert.equal(aliasKindOf(aliased, 'maria@example.com'), 'email')
  assert.equal(aliasKindOf(aliased, '+15550100'), 'phone_number')
  assert.equal(aliasKindOf(aliased, 'maria'), 'preferred_username')
  assert.equal(aliasKindOf(byEmail, 'maria@example.com'), 'email')
  assert.equal(aliasKindOf(byEmail, '+15550100'), undefined)
  assert.equal(aliasKindOf(byPhone, 'maria@example.com'), undefined)
  assert.equal(aliasKindOf(plain, 'maria@example.com'), undefined)
})

test('an alias is claimed by a verified address only', () => {
  const attributes = { email: 'a@b.example', phone_number: '+15550100', preferred_username: 'ada' }
  assert.equal(claimedAlias(aliased, { attributes }, 'email'), undefined)
  assert.equal(claimedAlias(aliased, { attributes }, 'phone_number'), undefined)
  assert.equal(claimedAlias(aliased, { attributes }, 'preferred_username'), 'ada')
  for (const word of ['false', '', 'yes']) {
    const unproven = { attributes: { ...attributes, email_verified: word } }
    assert.equal(claimedAlias(aliased, unproven, 'email'), undefined, word)
  }
  const proven = { attributes: { ...attributes, email_verified: 'true' } }
  for (const word of ['true', 'True', 'TRUE']) {
    const written = { attributes: { ...attributes, email_verified: word } }
    assert.equal(claimedAlias(aliased, written, 'email'), 'a@b.example', word)
  }
  assert.equal(claimedAlias(plain, proven, 'email'), undefined)
  assert.equal(claimedAlias(plain, proven, 'preferred_username'), undefined)
})

test('an address in place of a user name is claimed at once', () => {
  const attributes = { email: 'a@b.example', phone_number: '' }
  assert.equal(claimedAlias(byEmail, { attributes }, 'email'), 'a@b.example')
  assert.equal(claimedAlias(byEither, { attributes }, 'phone_number'), undefined)
  assert.equal(claimedAlias(byEmail, { attributes: {} }, 'email'), undefined)
})

test('a plain pool takes any user name', () => {
  const attributes = { email: 'a@b.example' }
  for (const username of ['maria', 'maria@example.com', '+15550100', sub]) {
    assert.deepEqual(named(plain, username, attributes), { kind: 'named', username, attributes })
  }
  assert.equal((named(plain, 'Maria') as { username: string }).username, 'maria')
  const caseSensitive = named({ ...plain, isCaseSensitive: true }, 'Maria')
  assert.equal((caseSensitive as { username: string }).username, 'Maria')
})

test('a user name cannot be of the form of an alias', () => {
  assert.deepEqual(named(aliased, 'maria@example.com'), {
    kind: 'problem',
    problem: 'Username cannot be of email format, since user pool is configured for email alias.',
  })
  assert.deepEqual(named(aliased, '+15550100'), {
    kind: 'problem',
    problem:
      'Username cannot be of phone number format, ' +
      'since user pool is configured for phone number alias.',
  })
  assert.equal(named(aliased, 'maria').kind, 'named')
  assert.equal(named({ ...plain, aliasAttributes: ['email'] }, '+15550100').kind, 'named')
})

test('where an address signs in, the user name is the sub', () => {
  assert.deepEqual(named(byEmail, 'Maria@example.com', { name: 'M' }), {
    kind: 'named',
    username: sub,
    attributes: { name: 'M', email: 'maria@example.com' },
  })
  assert.deepEqual(named(byEither, '+15550100'), {
    kind: 'named',
    username: sub,
    attributes: { phone_number: '+15550100' },
  })
})

test('the address that was given beside the same user name is kept as written', () => {
  const outcome = named(byEmail, 'maria@example.com', { email: 'Maria@Example.com' })
  assert.deepEqual(outcome, {
    kind: 'named',
    username: sub,
    attributes: { email: 'Maria@Example.com' },
  })
  assert.deepEqual(named(byEmail, 'maria@example.com', { email: 'other@example.com' }), {
    kind: 'problem',
    problem: 'Attribute email does not match the username.',
  })
})

test('a user name of another form is refused in the words of the pool', () => {
  const problemOf = (settings: SignInNames, username: string) => {
    const outcome = named(settings, username)
    return outcome.kind === 'problem' ? outcome.problem : undefined
  }
  assert.equal(problemOf(byEmail, 'maria'), 'Username should be an email.')
  assert.equal(problemOf(byEmail, '+15550100'), 'Username should be an email.')
  assert.equal(problemOf(byPhone, 'maria@example.com'), 'Username should be a phone number.')
  assert.equal(problemOf(byPhone, '15550100'), 'Username should be a phone number.')
  assert.equal(problemOf(byEither, 'x'), 'Username should be either an email or a phone number.')
})
