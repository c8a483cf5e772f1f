// Whose address a call is written down with: the peer's, unless the peer is a proxy that we trust.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Faces, send, signed, startFaces } from '#test/support/faces.js'

const servers: Faces[] = []
after(async () => {
  for (const server of servers) await server.close()
})

/**
 * Makes a function that calls with forwarding headers and returns the address of the audit line.
 */
async function serverThatTrusts(trustedProxies: readonly string[]) {
  const server = await startFaces({ trustedProxies })
  servers.push(server)
  return async (headers: Record<string, string | string[]>, call = {}) => {
    const wire = await signed(server.port, call)
    await send(server.port, { ...wire, headers: { ...wire.headers, ...headers } })
    const line = server.logs.findLast(({ message }) => message === 'call')
    return line?.fields['sourceIp']
  }
}

const OWN = '127.0.0.1'

test('no proxy is trusted by default, so the headers are nothing but headers', async () => {
  const sourceIp = await serverThatTrusts([])
  for (const headers of [
    { 'x-forwarded-for': '203.0.113.9' },
    { 'x-forwarded-for': ['203.0.113.9', OWN] },
    { forwarded: 'for=203.0.113.9' },
    { 'x-real-ip': '203.0.113.9' },
  ]) {
    assert.equal(await sourceIp(headers), OWN, JSON.stringify(headers))
  }
})

test('a peer outside the networks is not believed', async () => {
  const sourceIp = await serverThatTrusts(['10.0.0.0/8', '127.0.0.2/32', '2001:db8::/32'])
  assert.equal(await sourceIp({ 'x-forwarded-for': '203.0.113.9' }), OWN)
  // Not even when it names a trusted one.
  assert.equal(await sourceIp({ 'x-forwarded-for': '203.0.113.9, 10.1.1.1' }), OWN)
})

test('the client is the rightmost address that is no trusted proxy', async () => {
  const sourceIp = await serverThatTrusts(['127.0.0.0/8', '10.0.0.0/8', '2001:db8::/32'])
  const of = (forwarded: string | string[]) => sourceIp({ 'x-forwarded-for': forwarded })
  assert.equal(await of('203.0.113.9'), '203.0.113.9')
  assert.equal(await of('203.0.113.9, 10.1.1.1'), '203.0.113.9')
  assert.equal(await of(['203.0.113.9', '2001:db8::7']), '203.0.113.9')
  assert.equal(await of('2001:470::5, 10.1.1.1'), '2001:470::5')
  // What the client itself had sent stands further left, and counts for nothing.
  assert.equal(await of('198.51.100.1, 203.0.113.9, 10.1.1.1'), '203.0.113.9')
  assert.equal(await of('10.9.9.9, 203.0.113.9'), '203.0.113.9')
  assert.equal(await sourceIp({}), OWN)
  assert.equal(await sourceIp({ 'x-real-ip': '203.0.113.9' }), OWN)
})

test('what is no address says nothing', async () => {
  const sourceIp = await serverThatTrusts(['127.0.0.0/8'])
  for (const forwarded of ['unknown', '_hidden', '203.0.113.9:4711', '', ',', '<script>']) {
    assert.equal(await sourceIp({ 'x-forwarded-for': forwarded }), OWN, forwarded)
  }
  const spoofed = await sourceIp({ 'x-forwarded-for': 'nonsense, 203.0.113.9' })
  assert.equal(spoofed, '203.0.113.9')
})

test('a network of one family covers no address of the other', async () => {
  const sourceIp = await serverThatTrusts(['127.0.0.0/8', '::/1'])
  const of = (forwarded: string) => sourceIp({ 'x-forwarded-for': forwarded })
  assert.equal(await of('203.0.113.9, 10.1.1.1'), '10.1.1.1')
  assert.equal(await of('203.0.113.9, 2001:db8::7'), '203.0.113.9')
  // An IPv4 address may be written as an IPv6 one.
  assert.equal(await of('203.0.113.9, ::ffff:127.0.0.9'), '203.0.113.9')
  assert.equal(await of('203.0.113.9, ::ffff:10.1.1.1'), '::ffff:10.1.1.1')
})

test('calls of the admin surface have it too', async () => {
  const sourceIp = await serverThatTrusts(['127.0.0.1'])
  const call = { service: 'twinpool', target: 'TwinpoolService.ListAccessKeys', body: '{}' }
  assert.equal(await sourceIp({ 'x-forwarded-for': '203.0.113.9' }, call), '203.0.113.9')
})
