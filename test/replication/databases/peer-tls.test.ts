// Whom the node's own connection to a peer's database trusts: sslmode and sslrootcert of its URL
// mean what they mean to libpq, which the subscription uses.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { TLSSocket } from 'node:tls'
import { withPeerDatabase } from '#adapters/postgres/replication/peer-connection.js'
import { systemClock } from '#adapters/system/clock.js'
import { selfSigned } from '#test/support/certificate.js'

/** The code of an SSLRequest message. */
const SSL_REQUEST = 80_877_103
const STARTUP = 'twinpool-link'

let folder: string
let server: Server
let port: number
/** What came over TLS, once a client trusted the certificate. */
let received = ''

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twinpool-tls-'))
  const own = selfSigned('localhost')
  writeFileSync(join(folder, 'root.pem'), own.cert)
  writeFileSync(join(folder, 'other.pem'), selfSigned('localhost').cert)
  // As far as PostgreSQL's protocol goes until the client has decided: SSLRequest, 'S', TLS.
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (request) => {
      if (request.readUInt32BE(4) !== SSL_REQUEST) return
      socket.write('S')
      const tls = new TLSSocket(socket, { isServer: true, ...own })
      tls.on('error', () => undefined)
      tls.on('data', (bytes) => {
        received += bytes.toString('latin1')
        tls.end(refusal())
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

/** An ErrorResponse: the password is wrong. */
function refusal(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C28P01\0Mrefused\0\0')
  const head = Buffer.from([0x45, 0, 0, 0, fields.length + 4])
  return Buffer.concat([head, fields])
}

after(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

/** Whether a node trusts the server enough to tell it who wants to connect. */
async function trusts(parameters: string, host = 'localhost'): Promise<boolean> {
  received = ''
  const connecting = withPeerDatabase(
    {
      url: `postgres://twinpool:secret@${host}:${port}/twinpool?${parameters}`,
      clock: systemClock,
      timeoutMs: 10_000,
      signal: new AbortController().signal,
    },
    (sql) => sql`select 1`,
  )
  await assert.rejects(connecting)
  return received.includes(STARTUP)
}

const root = (name: string) => `sslrootcert=${encodeURIComponent(join(folder, name))}`

test('a certificate of the root that the URL names is trusted', async () => {
  assert.equal(await trusts(`sslmode=verify-full&${root('root.pem')}`), true)
  assert.equal(await trusts(`sslmode=verify-ca&${root('root.pem')}`), true)
})

test('one of another root is not', async () => {
  for (const mode of ['verify-full', 'verify-ca']) {
    assert.equal(await trusts(`sslmode=${mode}&${root('other.pem')}`), false, mode)
    assert.equal(await trusts(`sslmode=${mode}`), false, `${mode}, roots of the system`)
    assert.equal(await trusts(`sslmode=${mode}&sslrootcert=system`), false, `${mode}, system`)
  }
})

test('the name of the host counts for verify-full only', async () => {
  assert.equal(await trusts(`sslmode=verify-full&${root('root.pem')}`, '127.0.0.1'), false)
  assert.equal(await trusts(`sslmode=verify-ca&${root('root.pem')}`, '127.0.0.1'), true)
})

test('require asks for TLS, and for the root if one is named', async () => {
  assert.equal(await trusts('sslmode=require'), true)
  assert.equal(await trusts(`sslmode=require&${root('root.pem')}`, '127.0.0.1'), true)
  assert.equal(await trusts(`sslmode=require&${root('other.pem')}`), false)
})
