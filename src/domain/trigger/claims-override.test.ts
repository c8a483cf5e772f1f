import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type IssuedClaims, overriddenClaims } from './claims-override.js'

const id = {
  sub: 's',
  email: 'ada@example.com',
  'dev:note': 'x',
  'cognito:groups': ['g'],
  'cognito:roles': ['r'],
  'cognito:preferred_role': 'r',
  aud: 'app',
  exp: 1,
}
const access = { sub: 's', 'cognito:groups': ['g'], client_id: 'app', scope: 'a b', jti: 'j' }

function made(version: string, response: object, claims: IssuedClaims = { id, access }) {
  const outcome = overriddenClaims(claims, { ...response }, { version, clientId: 'app' })
  assert.equal(outcome.kind, 'claims', JSON.stringify(outcome))
  return outcome.kind === 'claims' ? outcome.claims : claims
}

function problem(version: string, response: object): string {
  const outcome = overriddenClaims({ id, access }, { ...response }, { version, clientId: 'app' })
  assert.equal(outcome.kind, 'problem', JSON.stringify(outcome))
  return outcome.kind === 'problem' ? outcome.problem : ''
}

const first = (details: unknown) => ({ claimsOverrideDetails: details })
const later = (details: unknown) => ({ claimsAndScopeOverrideDetails: details })

describe('what a pre token generation function may change', () => {
  test('nothing said changes nothing, and neither does what another version says', () => {
    for (const response of [{}, first(null), first({})]) {
      assert.deepEqual(made('1', response), { id, access })
    }
    for (const response of [{}, later(null), later({}), later({ idTokenGeneration: null })]) {
      assert.deepEqual(made('2', response), { id, access })
    }
    const add = { claimsToAddOrOverride: { x: 'y' } }
    assert.deepEqual(made('1', later({ idTokenGeneration: add })), { id, access })
    assert.deepEqual(made('2', first(add)), { id, access })
  })

  test('the first version: texts in the ID token only', () => {
    const claims = made(
      '1',
      first({
        claimsToAddOrOverride: { tenant: '42', email: 'x@example.com', gone: 'x' },
        claimsToSuppress: ['gone', 'dev:note'],
      }),
    )
    const { 'dev:note': _, ...rest } = id
    assert.deepEqual(claims, { id: { ...rest, tenant: '42', email: 'x@example.com' }, access })
    for (const value of [1, true, {}, [], null]) {
      assert.match(problem('1', first({ claimsToAddOrOverride: { x: value } })), /x is not a text/)
    }
  })

  test('claims that say who, when and how are never changed', () => {
    const names = [
      'acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti token_use sub',
      'identities cognito:username username client_id event_id device_key version cognito:x dev:x',
      'aud scope cognito:groups __proto__',
    ].flatMap((line) => line.split(' '))
    const added = JSON.parse(`{${names.map((name) => `"${name}":"forged"`).join(',')}}`)
    const generation = { claimsToAddOrOverride: added, claimsToSuppress: ['sub', 'exp', 'aud'] }
    const details = { idTokenGeneration: generation, accessTokenGeneration: generation }
    const claims = made('2', later(details))
    assert.deepEqual(
      { id: { ...claims.id }, access: { ...claims.access } },
      {
        id: { ...id, ['__proto__']: 'forged' },
        access: { ...access, ['__proto__']: 'forged' },
      },
    )
  })

  test('the second version: any JSON in both tokens, and scopes', () => {
    const claims = made(
      '2',
      later({
        idTokenGeneration: { claimsToAddOrOverride: { n: 1, list: [1], map: { a: 1 }, no: null } },
        accessTokenGeneration: {
          claimsToAddOrOverride: { yes: true, aud: 'app' },
          claimsToSuppress: ['cognito:groups'],
          scopesToAdd: ['c', 'a'],
          scopesToSuppress: ['b'],
        },
      }),
    )
    assert.deepEqual(claims.id, { ...id, n: 1, list: [1], map: { a: 1 } })
    const { 'cognito:groups': _, ...rest } = access
    assert.deepEqual(claims.access, { ...rest, scope: 'a c', yes: true, aud: 'app' })
  })

  test('an audience other than the client itself is not added', () => {
    for (const aud of ['other', ['app']]) {
      const generation = { claimsToAddOrOverride: { aud } }
      const details = { accessTokenGeneration: generation, idTokenGeneration: generation }
      assert.deepEqual(made('2', later(details)), { id, access })
    }
  })

  test('single values of the ID token', () => {
    for (const name of ['phone_number_verified', 'email_verified', 'updated_at', 'address']) {
      const generation = { claimsToAddOrOverride: { [name]: { a: 1 } } }
      assert.match(problem('2', later({ idTokenGeneration: generation })), /is not single/)
      made('2', later({ accessTokenGeneration: generation }))
    }
  })

  test('groups: replaced, taken away, or left', () => {
    const groupOverrideDetails = {
      groupsToOverride: ['x'],
      iamRolesToOverride: ['y'],
      preferredRole: 'y',
    }
    for (const [version, wrap] of [
      ['1', first],
      ['2', later],
    ] as const) {
      const replaced = made(version, wrap({ groupOverrideDetails }))
      assert.deepEqual(replaced.id?.['cognito:groups'], ['x'])
      assert.deepEqual(replaced.id?.['cognito:roles'], ['y'])
      assert.equal(replaced.id?.['cognito:preferred_role'], 'y')
      assert.deepEqual(replaced.access['cognito:groups'], ['x'])
      assert.ok(!('cognito:roles' in replaced.access))
      for (const none of [null, {}, { groupsToOverride: null }, { groupsToOverride: [] }]) {
        const { id: after = {}, access: other } = made(
          version,
          wrap({ groupOverrideDetails: none }),
        )
        const left = [...Object.keys(after), ...Object.keys(other)].filter((name) =>
          name.startsWith('cognito:'),
        )
        assert.deepEqual(left, [], JSON.stringify(none))
      }
    }
    const all = made('1', first({ claimsToSuppress: ['cognito:groups'] }))
    assert.ok(!Object.keys(all.id ?? {}).some((name) => name.startsWith('cognito:')))
    assert.deepEqual(all.access, access)
  })

  test('a machine has an access token only', () => {
    const generation = { claimsToAddOrOverride: { x: 1 } }
    const details = { idTokenGeneration: generation, accessTokenGeneration: generation }
    assert.deepEqual(made('3', later(details), { access }), { access: { ...access, x: 1 } })
  })

  test('what cannot be read is a problem', () => {
    for (const [version, response] of [
      ['1', first('x')],
      ['1', first([])],
      ['1', first({ claimsToAddOrOverride: [] })],
      ['1', first({ claimsToSuppress: 'email' })],
      ['1', first({ groupOverrideDetails: 'x' })],
      ['1', first({ groupOverrideDetails: { groupsToOverride: [1] } })],
      ['1', first({ groupOverrideDetails: { preferredRole: 1 } })],
      ['2', later({ idTokenGeneration: [] })],
      ['2', later({ accessTokenGeneration: { scopesToAdd: ['a b'] } })],
      ['2', later({ accessTokenGeneration: { scopesToAdd: [''] } })],
      ['2', later({ accessTokenGeneration: { scopesToSuppress: [1] } })],
    ] as const) {
      problem(version, response)
    }
    const scopesToAdd = Array.from({ length: 4999 }, (_, index) => `s${index}`)
    const most = { accessTokenGeneration: { scopesToAdd, claimsToSuppress: ['x'] } }
    made('2', later(most))
    const claimsToSuppress = ['x', 'y']
    const more = { accessTokenGeneration: { scopesToAdd, claimsToSuppress } }
    assert.match(problem('2', later(more)), /more than 5000/)
  })
})
