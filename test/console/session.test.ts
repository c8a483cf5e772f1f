// Sessions of the console: who begins one, what the browser is given, and when it ends.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import { ConsoleBrowser } from '#test/support/console-browser.js'
import { LogSecrets } from '#test/support/log-secrets.js'
import { ACCOUNT_ID, ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { REGION, startTestApi, type TestApi } from '#test/support/test-api.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const REFUSED = { message: 'The access key, its secret or the link is not valid.' }
const NOT_SIGNED_IN = { message: 'You are not signed in.' }
const EDGE_KEY = {
  accessKeyId: 'AKIAEXAMPLEEDGEKEY00',
  secretAccessKey: 'example-secret-of-the-edge-key-of-tests',
}

describe('a session of the console', () => {
  const logs = new LogSecrets()
  let api: TestApi
  before(async () => {
    api = await startTestApi({ log: logs.log })
  })
  after(() => api.stop())

  const browserAt = (endpoint = api.endpoint) => new ConsoleBrowser(endpoint)

  async function signedIn(credential: object = ROOT_ACCESS_KEY): Promise<ConsoleBrowser> {
    const browser = browserAt()
    assert.equal((await browser.signIn(credential)).status, 200)
    return browser
  }

  async function createKey() {
    const target = { region: REGION, endpoint: api.endpoint, credentials: ROOT_ACCESS_KEY }
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'twinpool:List*', Resource: '*' }],
    })
    const { AccessKey } = await callAny([target], 'CreateAccessKey', { PolicyDocument })
    const { AccessKeyId, SecretAccessKey } = AccessKey as Record<string, string>
    return {
      accessKeyId: required(AccessKeyId, 'the ID'),
      secretAccessKey: required(SecretAccessKey, 'the secret'),
    }
  }

  test('begins with an access key and its secret, and says where one is', async () => {
    const browser = browserAt()
    const { status, headers, json } = await browser.signIn()
    assert.equal(status, 200)
    const { csrfToken, expiresAt, version, ...rest } = json
    assert.deepEqual(rest, {
      accessKeyId: ROOT_ACCESS_KEY.accessKeyId,
      arn: `arn:aws:iam::${ACCOUNT_ID}:root`,
      accountId: ACCOUNT_ID,
      idleSeconds: 3600,
      region: REGION,
      regions: [{ name: REGION, title: 'US West (Oregon)', endpoint: api.endpoint }],
      edge: 'http://localhost:4500',
      domainTemplate: '{endpoint}/domain/{domain}',
      keysDriver: 'embedded',
    })
    assert.match(String(csrfToken), /^[\w-]{43}$/)
    assert.match(String(version), /^\d+\.\d+\.\d+/)
    const hours = (Number(expiresAt) * 1000 - Date.now()) / HOUR_MS
    assert.ok(hours > 11.9 && hours <= 12, String(hours))
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('access-control-allow-origin'), null)
    const shown = await browser.show()
    assert.deepEqual([shown.status, shown.json], [200, json])
    assert.equal(shown.headers.get('set-cookie'), null, 'a young cookie is not replaced')
  })

  test('is a cookie that no script reads and no other site sends', async () => {
    const http = await browserAt().signIn()
    const attributes = 'Path=/console; Max-Age=3600; HttpOnly; SameSite=Strict'
    const cookie = String(http.headers.get('set-cookie'))
    assert.match(cookie, new RegExp(`^twinpool_console=[\\w-]+; ${attributes}$`))
    const { host } = new URL(api.endpoint)
    const https = await browserAt().signIn(ROOT_ACCESS_KEY, { origin: `https://${host}` })
    assert.match(String(https.headers.get('set-cookie')), new RegExp(`; ${attributes}; Secure$`))
  })

  test('does not begin with a wrong secret or an unknown key: all refused alike', async () => {
    const node = await api.addNode({ edgeAccessKey: EDGE_KEY })
    const browser = browserAt(node.endpoint)
    const { accessKeyId, secretAccessKey } = ROOT_ACCESS_KEY
    for (const credential of [
      { accessKeyId, secretAccessKey: `${secretAccessKey}x` },
      { accessKeyId, secretAccessKey: '' },
      { accessKeyId: 'AKIAEXAMPLEUNKNOWN00', secretAccessKey },
      { accessKeyId: "'; --", secretAccessKey },
      { accessKeyId, secretAccessKey: 'x'.repeat(1000) },
      EDGE_KEY,
      { link: 'AAAA' },
    ]) {
      const { status, json, headers } = await browser.signIn(credential)
      assert.deepEqual([status, json], [403, REFUSED], JSON.stringify(credential).slice(0, 80))
      assert.equal(headers.get('set-cookie'), null)
    }
    const long = { accessKeyId, secretAccessKey: 'x'.repeat(10_000) }
    for (const body of [[], {}, { accessKeyId }, { accessKeyId, secretAccessKey: 7 }, long]) {
      assert.equal((await browser.signIn(body)).status, 400)
    }
    assert.equal((await browser.signIn()).status, 200)
  })

  test('is limited where it fails often, however many try at once', async () => {
    const node = await api.addNode()
    const browser = browserAt(node.endpoint)
    const wrong = { ...ROOT_ACCESS_KEY, secretAccessKey: 'wrong' }
    const tries = Array.from({ length: 30 }, () => browserAt(node.endpoint).signIn(wrong))
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 403).length, 10)
    assert.equal(statuses.filter((status) => status === 429).length, 20)
    assert.equal((await browser.signIn()).status, 429, 'the right one waits, too')
    await api.atLater(5 * MINUTE_MS, async () => {
      assert.equal((await browser.signIn()).status, 200)
    })
  })

  test('does not begin on the word of another site', async () => {
    const browser = browserAt()
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${api.endpoint}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      const { status, json } = await browser.signIn(ROOT_ACCESS_KEY, headers)
      const message = 'The request does not come from the console.'
      assert.deepEqual([status, json], [403, { message }], JSON.stringify(headers))
    }
    const asked = await browser.signIn(ROOT_ACCESS_KEY, { 'sec-fetch-site': 'same-origin' })
    assert.equal(asked.status, 200)
    assert.equal((await browser.signIn(ROOT_ACCESS_KEY, { origin: '' })).status, 200, 'a program')
  })

  test('is over when a bit of its cookie is another, or it is no cookie of ours', async () => {
    const browser = await signedIn()
    const good = browser.cookie
    const value = Buffer.from(good.split('=')[1] ?? '', 'base64url')
    // The bytes 1 to 8 name a data key, of which the service has none: they say nothing.
    for (const at of [0, 9, 21, 40, value.length - 1]) {
      const tampered = Buffer.from(value)
      tampered[at] = (tampered[at] ?? 0) ^ 1
      browser.cookie = `twinpool_console=${tampered.toString('base64url')}`
      const { status, json } = await browser.show()
      assert.deepEqual([status, json], [401, NOT_SIGNED_IN], `byte ${at}`)
    }
    for (const cookie of ['', 'twinpool_console=', 'twinpool_console=e30', 'other=1']) {
      browser.cookie = cookie
      assert.equal((await browser.show()).status, 401, cookie)
    }
    browser.cookie = `a=b; ${good}; c=d`
    assert.equal((await browser.show()).status, 200)
  })

  test('is over an hour after its last use, and goes on while it is used', async () => {
    const browser = await signedIn()
    await api.atLater(HOUR_MS - 1000, async () => {
      const { status, headers } = await browser.show()
      assert.equal(status, 200)
      assert.match(String(headers.get('set-cookie')), /^twinpool_console=/)
    })
    await api.atLater(2 * HOUR_MS - 10_000, async () => {
      assert.equal((await browser.show()).status, 200)
    })
    await api.atLater(3 * HOUR_MS, async () => {
      assert.equal((await browser.show()).status, 401)
    })
  })

  test('is over twelve hours after its beginning, however much it is used', async () => {
    const browser = await signedIn()
    for (let hours = 0.5; hours < 12; hours += 0.5) {
      await api.atLater(hours * HOUR_MS, async () => {
        assert.equal((await browser.show()).status, 200, `after ${hours} hours`)
      })
    }
    await api.atLater(12 * HOUR_MS - 60_000, async () => {
      const { headers } = await browser.show()
      assert.match(String(headers.get('set-cookie')), /Max-Age=(?:60|59);/)
    })
    await api.atLater(12 * HOUR_MS, async () => {
      assert.equal((await browser.show()).status, 401)
    })
  })

  test('is over when its access key is deleted', async () => {
    const key = await createKey()
    const browser = await signedIn(key)
    assert.equal((await browser.show()).status, 200)
    const root = await signedIn()
    const { accessKeyId: AccessKeyId } = key
    assert.equal((await root.call(REGION, 'DeleteAccessKey', { AccessKeyId })).status, 200)
    assert.equal((await browser.show()).status, 401)
    const call = await browser.call(REGION, 'ListPools')
    assert.deepEqual(
      [call.status, call.json['__type']],
      [401, 'MissingAuthenticationTokenException'],
    )
  })

  test('is over when the root key gets another secret', async () => {
    const browser = await signedIn()
    const secretAccessKey = 'another-secret-of-the-root-key-of-tests'
    const node = await api.addNode({ rootAccessKey: { ...ROOT_ACCESS_KEY, secretAccessKey } })
    const there = browser.at(node.endpoint)
    assert.equal((await there.show()).status, 401)
    assert.equal((await there.signIn({ ...ROOT_ACCESS_KEY, secretAccessKey })).status, 200)
    assert.equal((await there.show()).status, 200)
    assert.equal((await browser.show()).status, 200, 'where the secret is the old one')
  })

  test('ends with a sign-out, which takes the CSRF token', async () => {
    const browser = await signedIn()
    assert.equal((await browser.signOut({ 'x-twinpool-csrf': '' })).status, 403)
    assert.equal((await browser.signOut({ 'x-twinpool-csrf': 'wrong' })).status, 403)
    assert.equal((await browser.signOut({ origin: 'https://evil.example' })).status, 403)
    assert.equal((await browser.show()).status, 200)
    const { status, headers } = await browser.signOut()
    assert.equal(status, 204)
    assert.match(String(headers.get('set-cookie')), /^twinpool_console=; .*Max-Age=0;/)
    assert.equal((await browser.show()).status, 401)
    assert.equal((await browser.signOut()).status, 401)
  })

  test('leaves neither secret, nor cookie, nor token in the log', async () => {
    const key = await createKey()
    const browser = await signedIn(key)
    const wrong = `${key.secretAccessKey}+`
    await browser.call(REGION, 'ListPools')
    await browserAt().signIn({ ...key, secretAccessKey: wrong })
    await browserAt().signIn(key, { origin: 'https://evil.example' })
    logs.add(ROOT_ACCESS_KEY.secretAccessKey, 'the root secret')
    logs.add(key.secretAccessKey, 'the secret')
    logs.add(wrong, 'the wrong secret')
    logs.add(required(browser.cookie.split('=')[1], 'cookie'), 'the cookie')
    logs.add(browser.csrfToken, 'the CSRF token')
    assert.deepEqual(logs.leaks(), [])
    assert.match(logs.logged, /console\/session/)
  })

  test('does not exist where the console is switched off', async () => {
    const node = await api.addNode({ console: { enabled: false } })
    for (const path of ['/console', '/console/', '/console/session']) {
      assert.equal((await fetch(node.endpoint + path, { redirect: 'manual' })).status, 404, path)
    }
    assert.equal((await browserAt(node.endpoint).signIn()).status, 404)
    const call = await (await signedIn()).at(node.endpoint).call(REGION, 'ListPools')
    assert.equal(call.status, 404)
  })
})
