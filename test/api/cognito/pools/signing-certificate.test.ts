// The certificate with which a pool signs SAML requests, as OpenSSL reads it.
import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  DeleteUserPoolCommand,
  GetSigningCertificateCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import postgres from 'postgres'
import { activateReplica, createPool, type ReplicatedPool } from '#test/support/replicated-pool.js'
import { failure, startTestApi, type TestApi } from '#test/support/test-api.js'
import { type RegionNode, startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

const WEST = 'us-west-2'
const DAY_MS = 24 * 3600 * 1000

type Sender = TestApi['cognito']

async function certificateOf(cognito: Sender, UserPoolId: string): Promise<X509Certificate> {
  const { Certificate } = await cognito.send(new GetSigningCertificateCommand({ UserPoolId }))
  assert.match(Certificate ?? '', /^[A-Za-z0-9+/]+={0,2}$/)
  return new X509Certificate(Buffer.from(Certificate ?? '', 'base64'))
}

const keyOf = (certificate: X509Certificate) =>
  certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

describe('GetSigningCertificate', () => {
  let api: TestApi
  let sql: postgres.Sql
  before(async () => {
    api = await startTestApi()
    sql = api.openSql()
  })
  after(() => api.stop())

  test('is a self-signed RSA certificate of ten years, the same in each call', async () => {
    const poolId = await api.makePool()
    const certificate = await certificateOf(api.cognito, poolId)
    assert.equal(certificate.subject, `CN=${poolId}`)
    assert.equal(certificate.issuer, `CN=${poolId}`)
    assert.equal(certificate.verify(certificate.publicKey), true)
    assert.equal(certificate.publicKey.asymmetricKeyType, 'rsa')
    assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048)
    const from = Date.parse(certificate.validFrom)
    const days = (Date.parse(certificate.validTo) - from) / DAY_MS
    assert.ok(days === 3652 || days === 3653, `${days} days`)
    assert.ok(Math.abs(from - Date.now()) < DAY_MS)
    assert.equal(
      (await certificateOf(api.cognito, poolId)).fingerprint256,
      certificate.fingerprint256,
    )
    const other = await certificateOf(api.cognito, await api.makePool())
    assert.notEqual(keyOf(other), keyOf(certificate))
    assert.notEqual(other.serialNumber, certificate.serialNumber)
  })

  test('of first calls at once there is one certificate', async () => {
    const poolId = await api.makePool()
    const calls = Array.from({ length: 12 }, () => certificateOf(api.cognito, poolId))
    const prints = new Set((await Promise.all(calls)).map((each) => each.fingerprint256))
    assert.equal(prints.size, 1)
  })

  test('the private key is sealed, and gone with the pool', async () => {
    const poolId = await api.makePool()
    await certificateOf(api.cognito, poolId)
    const rows = () => sql<{ private_key_sealed: Buffer }[]>`
      select private_key_sealed from signing_certificates where user_pool_id = ${poolId}`
    const [row] = await rows()
    assert.ok(row !== undefined)
    const [format, type] = ['der', 'pkcs8'] as const
    assert.throws(() => createPrivateKey({ key: row.private_key_sealed, format, type }))
    // What the PKCS #8 form of every RSA key begins with after its length.
    const opened = Buffer.from('020100300d06092a864886f70d010101', 'hex')
    assert.equal(row.private_key_sealed.includes(opened), false)
    await api.cognito.send(new DeleteUserPoolCommand({ UserPoolId: poolId }))
    assert.equal((await rows()).length, 0)
  })

  test('after a year there is another one, of the same key', async () => {
    const poolId = await api.makePool()
    const first = await certificateOf(api.cognito, poolId)
    await sql`
      update signing_certificates set created_at = created_at - interval '366 days'
       where user_pool_id = ${poolId}`
    // A leader begins with all of its work; losing its connection makes it begin anew.
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'twinpool-leader' and datname = current_database()`
    const renewed = async () => {
      const found = await certificateOf(api.cognito, poolId)
      return found.serialNumber === first.serialNumber ? undefined : found
    }
    const second = await waitFor(renewed, { timeoutMs: 20_000, what: 'the next certificate' })
    assert.equal(keyOf(second as X509Certificate), keyOf(first))
    const [kept] = await sql<{ count: number }[]>`
      select count(*)::int as count from signing_certificates where user_pool_id = ${poolId}`
    assert.equal(kept?.count, 2)
  })

  test('no pool, no certificate', async () => {
    await assert.rejects(
      certificateOf(api.cognito, 'us-west-2_Absent000'),
      failure('ResourceNotFoundException'),
    )
  })
})

describe('GetSigningCertificate in two Regions', () => {
  let nodes: TwoNodes
  before(async () => {
    nodes = await startTwoNodes()
  })
  after(() => nodes.close())

  const at = async ({ cognito }: RegionNode, { userPoolId }: ReplicatedPool) =>
    (await certificateOf(cognito, userPoolId)).fingerprint256

  test('a secondary has the certificate that its primary made', async () => {
    const pool = await createPool(nodes)
    const atHome = await at(nodes.west, pool)
    await activateReplica(nodes, pool.userPoolId)
    assert.equal(await at(nodes.east, pool), atHome)
  })

  test('a secondary has one that nobody has asked its primary for', async () => {
    const pool = await createPool(nodes)
    await activateReplica(nodes, pool.userPoolId)
    const copied = await at(nodes.east, pool)
    assert.equal(await at(nodes.west, pool), copied)
  })

  test('a pool that has a replica and none gets one', async () => {
    const pool = await createPool(nodes)
    await activateReplica(nodes, pool.userPoolId)
    const connection = { 'twinpool.region': WEST }
    const sql = postgres(nodes.west.databaseUrl, { max: 1, connection })
    await sql`delete from signing_certificates where user_pool_id = ${pool.userPoolId}`
    // A leader begins with all of its work.
    await nodes.west.stop()
    await nodes.west.start()
    await waitFor(
      async () => {
        const rows = await sql`
          select from signing_certificates where user_pool_id = ${pool.userPoolId}`
        return rows.length === 1
      },
      { timeoutMs: 20_000, what: 'the certificate' },
    )
    await sql.end()
  })

  test('a secondary that has none says to try again', async () => {
    const pool = await createPool(nodes)
    await at(nodes.west, pool)
    await activateReplica(nodes, pool.userPoolId)
    const sql = postgres(nodes.east.databaseUrl, { max: 1 })
    await sql`set session_replication_role = replica`
    await sql`delete from signing_certificates where user_pool_id = ${pool.userPoolId}`
    await sql.end()
    await assert.rejects(
      at(nodes.east, pool),
      failure(
        'InternalErrorException',
        'This Region is receiving its copy of us-west-2; try again.',
      ),
    )
  })
})
