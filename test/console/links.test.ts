// Links that sign in to the console once: who makes one, who uses it, and when it is nothing any
// more.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import { ConsoleBrowser } from '#test/support/console-browser.js'
import { LogSecrets } from '#test/support/log-secrets.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { twinpoolAsync } from '#test/support/program.js'
import { REGION, startTestApi, type TestApi } from '#test/support/test-api.js'

const MINUTE_MS = 60_000
const REFUSED = { message: 'The access key, its secret or the link is not valid.' }

describe('a link into the console', () => {
  const logs = new LogSecrets()
  let api: TestApi
  before(async () => {
    api = await startTestApi({ log: logs.log })
  })
  after(() => api.stop())

  const ask = (operation: string, input: object = {}, credentials = ROOT_ACCESS_KEY) => {
    const target = { region: REGION, endpoint: api.endpoint, credentials }
    return callAny([target], operation, input as Readonly<Record<string, unknown>>)
  }

  async function createLink(credentials = ROOT_ACCESS_KEY): Promise<string> {
    return String((await ask('CreateConsoleLink', {}, credentials))['Link'])
  }

  const use = (link: string, endpoint = api.endpoint) =>
    new ConsoleBrowser(endpoint).signIn({ link })

  async function keyWith(Action: string) {
    const Statement = [{ Effect: 'Allow', Action, Resource: '*' }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    const { AccessKey } = await ask('CreateAccessKey', { PolicyDocument })
    const { AccessKeyId, SecretAccessKey } = AccessKey as Record<string, string>
    return {
      accessKeyId: required(AccessKeyId, 'the ID'),
      secretAccessKey: required(SecretAccessKey, 'the secret'),
    }
  }

  test('begins a session of the key that made it, once', async () => {
    const { Link, ExpiresAt } = await ask('CreateConsoleLink')
    const minutes = (Number(ExpiresAt) * 1000 - Date.now()) / MINUTE_MS
    assert.ok(minutes > 9.9 && minutes <= 10, String(minutes))
    const browser = new ConsoleBrowser(api.endpoint)
    const { status, json } = await browser.signIn({ link: Link })
    assert.deepEqual([status, json['accessKeyId']], [200, ROOT_ACCESS_KEY.accessKeyId])
    assert.equal((await browser.call(REGION, 'DescribeRegion')).status, 200)
    const again = await use(String(Link))
    assert.deepEqual([again.status, again.json], [403, REFUSED])
  })

  test('is for one of several who use it at once', async () => {
    const link = await createLink()
    const node = await api.addNode()
    const uses = Array.from({ length: 8 }, (_, index) =>
      use(link, index % 2 === 0 ? api.endpoint : node.endpoint),
    )
    const statuses = (await Promise.all(uses)).map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join(' '))
  })

  test('is good for ten minutes', async () => {
    const [early, late] = [await createLink(), await createLink()]
    await api.atLater(9.9 * MINUTE_MS, async () => {
      assert.equal((await use(early)).status, 200)
    })
    await api.atLater(10 * MINUTE_MS, async () => {
      assert.equal((await use(late)).status, 403)
    })
  })

  test('is nothing when it was changed, or its key is deleted', async () => {
    const key = await keyWith('twinpool:CreateConsoleLink')
    const link = await createLink(key)
    const bytes = Buffer.from(link, 'base64url')
    bytes[40] = (bytes[40] ?? 0) ^ 1
    assert.equal((await use(bytes.toString('base64url'))).status, 403)
    await ask('DeleteAccessKey', { AccessKeyId: key.accessKeyId })
    assert.equal((await use(link)).status, 403)
  })

  test('takes the permission to make one, and no session does', async () => {
    const key = await keyWith('twinpool:List*')
    await assert.rejects(createLink(key), /no identity-based policy allows.*CreateConsoleLink/)
    const browser = new ConsoleBrowser(api.endpoint)
    await browser.signIn()
    const { json } = await browser.call(REGION, 'CreateConsoleLink')
    assert.deepEqual(json, {
      __type: 'AccessDeniedException',
      message: 'A session of the console cannot create a link. Sign the call with an access key.',
    })
  })

  test('is printed by the command, which leads to the console of the endpoint', async () => {
    const flags = ['--endpoint', api.endpoint, '--region', REGION]
    const credentials = {
      AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_ACCESS_KEY.secretAccessKey,
    }
    const plain = await twinpoolAsync(['console', ...flags], credentials)
    assert.equal(plain.code, 0, plain.stderr)
    const [origin, link] = plain.stdout.trim().split('/console/#/link/')
    assert.equal(origin, api.endpoint)
    assert.match(plain.stderr, /Signs in once, until .*Z\./)
    assert.equal((await use(String(link))).status, 200)
    const json = await twinpoolAsync(['console', '--json', ...flags], credentials)
    const { Url, ExpiresAt } = JSON.parse(json.stdout)
    assert.ok(String(Url).startsWith(`${api.endpoint}/console/#/link/`))
    assert.ok(ExpiresAt > Date.now() / 1000)
    assert.equal(json.stderr, '')
  })

  test('is recorded in the audit, and stands in no log', async () => {
    const link = await createLink()
    logs.add(link, 'a link that nobody used')
    const used = await createLink()
    logs.add(used, 'a link that was used')
    await use(used)
    assert.deepEqual(logs.leaks(), [])
    const { Entries } = await ask('ListAuditEntries', { MaxResults: 10 })
    const told = (Entries as { Entry: Record<string, unknown> }[])
      .slice(0, 3)
      .map(({ Entry }) => `${Entry['event']} ${Entry['operation']} ${Entry['caller']}`)
    const { accessKeyId } = ROOT_ACCESS_KEY
    assert.deepEqual(told, [
      `ended SignIn ${accessKeyId}`,
      `ended CreateConsoleLink ${accessKeyId}`,
      `began CreateConsoleLink ${accessKeyId}`,
    ])
  })
})
