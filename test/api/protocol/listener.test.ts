// The listener with routes of its own: what faces with pages will need of it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import { createNodeServer, type NodeServer } from '#http/server.js'

const noLog = { debug() {}, info() {}, warn() {}, error() {} }

let server: NodeServer
let url: string

before(async () => {
  server = createNodeServer({
    limits: {
      bodyBytesMax: 100,
      headerBytesMax: 4096,
      requestTimeoutMs: 5000,
      headersTimeoutMs: 5000,
      connectionsMax: 10,
      concurrentRequestsMax: 1,
    },
    routes: [
      {
        method: 'GET',
        path: '/login',
        handle: () => ({
          status: 302,
          headers: {
            location: '/somewhere',
            'set-cookie': ['session=a; HttpOnly', 'csrf=b; Secure'],
          },
          body: '',
        }),
      },
      {
        method: 'GET',
        path: '/oauth2/fails',
        handle: () => {
          throw new Error('of the test')
        },
      },
    ],
    clock: systemClock,
    random: systemRandom,
    log: noLog,
  })
  url = `http://127.0.0.1:${await server.listen({ host: '127.0.0.1', port: 0 })}`
})

after(() => server.close(1000))

test('a header with several values is sent once for each', async () => {
  const response = await fetch(`${url}/login`, { redirect: 'manual' })
  assert.equal(response.status, 302)
  assert.equal(response.headers.get('location'), '/somewhere')
  assert.deepEqual(response.headers.getSetCookie(), ['session=a; HttpOnly', 'csrf=b; Secure'])
})

test('failures have the form of the face that was asked', async () => {
  const unknown = await fetch(`${url}/oauth2/authorize?client_id=x`)
  assert.equal(unknown.status, 404)
  assert.equal(((await unknown.json()) as { error: string }).error, 'invalid_request')
  const failed = await fetch(`${url}/oauth2/fails`)
  assert.equal(failed.status, 500)
  const error = (await failed.json()) as Record<string, string>
  assert.deepEqual(error, { error: 'server_error', error_description: 'Internal server error' })
  const api = await fetch(url, { method: 'POST', body: 'x' })
  assert.equal(api.headers.get('x-amzn-errortype'), 'UnknownOperationException')
  const page = await fetch(`${url}/nothing`)
  assert.deepEqual(await page.json(), { message: 'Not found' })
})
