// The two signing keys of a pool, and how a pool of an earlier version comes by its second one.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { GetUserCommand } from '@aws-sdk/client-cognito-identity-provider'
import { JwtVerifier } from 'aws-jwt-verify'
import type postgres from 'postgres'
import { PUBLISHED_BEFORE_SIGNING_MS } from '#domain/token/signing-key-choice.js'
import { startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'

interface Jwks {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}

const kidOf = (token: string) =>
  (
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')) as {
      kid: string
    }
  ).kid

describe('two signing keys', () => {
  let api: TestApi
  let app: TestClient
  let sql: postgres.Sql

  before(async () => {
    api = await startTestApi()
    app = await api.makeClient(await api.makePool())
    await api.makeUser(app.poolId, 'alice')
    sql = api.openSql()
  })
  after(() => api.stop())

  const issuer = () => `${api.endpoint}/${app.poolId}`

  /** The key set as it is now: a node keeps one for two seconds. */
  async function keySet(count: number): Promise<Jwks> {
    let found: Jwks = { keys: [] }
    const url = `${issuer()}/.well-known/jwks.json`
    await waitFor(
      async () => {
        found = (await (await fetch(url)).json()) as Jwks
        return found.keys.length === count
      },
      { timeoutMs: 20_000, what: `${count} published keys` },
    )
    return found
  }

  async function verify(tokens: { readonly id: string; readonly access: string }, keys: Jwks) {
    const verifier = JwtVerifier.create({ issuer: issuer(), audience: null, jwksUri: issuer() })
    verifier.cacheJwks(keys as unknown as Parameters<typeof verifier.cacheJwks>[0])
    return [await verifier.verify(tokens.id), await verifier.verify(tokens.access)].map(
      (claims) => claims['token_use'],
    )
  }

  test('ID and access tokens have keys of their own, and both are published', async () => {
    const tokens = await api.signIn(app, 'alice')
    const keys = await keySet(2)
    const kids = keys.keys.map(({ kid }) => kid)
    assert.notEqual(kidOf(tokens.id), kidOf(tokens.access))
    assert.deepEqual(new Set(kids), new Set([kidOf(tokens.id), kidOf(tokens.access)]))
    assert.deepEqual(await verify(tokens, keys), ['id', 'access'])
    const [first] = keys.keys
    assert.deepEqual(Object.keys(first ?? {}), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
    // With one key only, the verifier goes looking for the other, and not over HTTP.
    const wrong = keys.keys.filter(({ kid }) => kid === kidOf(tokens.id))
    await assert.rejects(verify(tokens, { keys: wrong }), /Protocol "http:" not supported/)
  })

  test('both private keys are sealed', async () => {
    const rows = await sql<{ private_key_sealed: Buffer; public_jwk: object }[]>`
      select private_key_sealed, public_jwk from signing_keys where user_pool_id = ${app.poolId}`
    assert.equal(rows.length, 2)
    // What the PKCS #8 form of every RSA key begins with after its length: version and algorithm.
    const opened = Buffer.from('020100300d06092a864886f70d010101', 'hex')
    for (const row of rows) {
      assert.equal(row.private_key_sealed.includes(opened), false)
      assert.deepEqual(
        Object.keys(row.public_jwk).sort(),
        ['alg', 'e', 'kid', 'kty', 'n', 'token_use', 'use'],
        'nothing private is in the public part',
      )
    }
  })

  test('a pool of an earlier version gets its second key, and the old one stays', async () => {
    // As such a version leaves a pool: one key, which says nothing of its use.
    await sql`
      delete from signing_keys
       where user_pool_id = ${app.poolId} and public_jwk ->> 'token_use' = 'id'`
    await sql`
      update signing_keys
         set public_jwk = public_jwk - 'token_use', created_at = created_at - interval '1 day'
       where user_pool_id = ${app.poolId}`
    await waitFor(
      async () => {
        const { id, access } = await api.signIn(app, 'alice')
        return kidOf(id) === kidOf(access)
      },
      { what: 'the old key to sign both' },
    )
    await keySet(1)
    const before = await api.signIn(app, 'alice')
    const old = kidOf(before.access)
    // A leader begins with all of its work; losing its connection makes it begin anew.
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'twinpool-leader' and datname = current_database()`
    const keys = await keySet(2)
    // Published, and for now nothing is signed with it.
    const meanwhile = await api.signIn(app, 'alice')
    assert.deepEqual([kidOf(meanwhile.id), kidOf(meanwhile.access)], [old, old])
    await api.atLater(PUBLISHED_BEFORE_SIGNING_MS + 60_000, async () => {
      const after = await api.signIn(app, 'alice')
      assert.notEqual(kidOf(after.id), old)
      assert.equal(kidOf(after.access), old)
      // What the old key signed is valid: ID and access token alike.
      assert.deepEqual(await verify(before, keys), ['id', 'access'])
      const cognito = api.cognito
      const user = await cognito.send(new GetUserCommand({ AccessToken: before.access }))
      assert.equal(user.Username, 'alice')
    })
  })
})
