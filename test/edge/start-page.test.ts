// The start page and the outbox: who may see them, and that nothing in them can become markup.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Edge } from '#edge/edge.js'
import { send } from '#test/support/faces.js'
import { ROOT, startTestEdge, startUpstream, type Upstream } from '#test/support/test-edge.js'
import { waitFor } from '#test/support/wait.js'

let west: Upstream
let east: Upstream
let edge: Edge

const EVIL = `<script>alert("1")</script>'&`

function message(region: string, code: string, createdAt: number) {
  return {
    UserPoolId: 'us-west-2_abc',
    RegionName: region,
    Username: EVIL,
    Medium: 'EMAIL',
    Destination: 'ada@example.com',
    Reason: 'SignUp',
    Code: code,
    CreatedAt: createdAt,
  }
}

before(async () => {
  west = await startUpstream('us-west-2')
  east = await startUpstream('us-east-1')
  const pool = {
    Id: 'us-west-2_abc',
    Name: EVIL,
    PrimaryRegion: 'us-west-2',
    RegionNames: ['us-west-2', 'us-east-1'],
    Role: 'PRIMARY',
    UserPoolTier: 'ESSENTIALS',
    IssuerType: 'UPDATED',
    Domains: [EVIL],
  }
  const replica = { UserPoolId: 'us-west-2_abc', RegionName: 'us-east-1' }
  const now = Date.now() / 1000
  west.operations['ListPools'] = { Pools: [pool] }
  east.operations['ListPools'] = { Pools: [{ ...pool, Role: 'SECONDARY' }] }
  west.operations['ListReplicas'] = {
    Replicas: [{ ...replica, Status: 'CREATING', Step: 'mark', RowsDone: 250, RowsTotal: 1000 }],
  }
  east.operations['ListReplicas'] = {
    Replicas: [{ ...replica, Status: 'CREATING', LagMilliseconds: 3.2, RecoveryPoint: now - 1 }],
  }
  west.operations['ListOutboxMessages'] = { Messages: [message('us-west-2', '111111', now - 60)] }
  east.operations['ListOutboxMessages'] = { Messages: [message('us-east-1', '222222', now - 5)] }
  edge = await startTestEdge([west, east])
})
after(async () => {
  await edge.stop()
  await Promise.all([west.kill(), east.kill()])
})

const page = (host: string, port = edge.port) =>
  send(port, { method: 'GET', path: '/', headers: { host } })

test('the page shows Regions, pools, replicas and codes', async () => {
  const response = await page(`localhost:${edge.port}`)
  assert.equal(response.status, 200)
  for (const text of [
    '2 of 2 Regions are up',
    west.endpoint,
    'us-west-2_abc',
    'ESSENTIALS',
    'CREATING',
    '250 of 1000 rows',
    '&lt; 1 s',
    'has all up to',
    '111111',
    '222222',
    'ada@example.com',
    `http://localhost:${edge.port}/issuer/us-west-2/us-west-2_abc/.well-known/jwks.json`,
  ]) {
    assert.ok(response.text.includes(text), text)
  }
  // The newest code first.
  assert.ok(response.text.indexOf('222222') < response.text.indexOf('111111'))
  assert.match(response.text, /<meta http-equiv="refresh" content="\d+">/)
})

test('nothing that anybody named becomes markup', async () => {
  const { text } = await page('localhost')
  // The page's own script is the only one, and its hash is in the policy.
  const scripts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/gi)]
  assert.equal(scripts.length, 1)
  assert.equal(text.match(/<script/gi)?.length, 1)
  assert.ok(!scripts[0]?.[1]?.includes('alert'))
  assert.ok(text.includes('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;'))
})

test('no other script can run and no page can frame it', async () => {
  const { headers, text } = await page('localhost')
  const policy = String(headers['content-security-policy'])
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /style-src 'sha256-[A-Za-z0-9+/]{43}='/)
  assert.match(policy, /frame-ancestors 'none'/)
  const script = /<script>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? ''
  const hash = createHash('sha256').update(script).digest('base64')
  assert.ok(policy.includes(`script-src 'sha256-${hash}';`), policy)
  assert.match(policy, /connect-src 'self'/)
  assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  assert.doesNotMatch(text, /\son\w+="/)
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['access-control-allow-origin'], undefined)
})

test('a name that merely resolves to this machine is refused', async () => {
  for (const host of ['localhost', 'LOCALHOST:4500', '127.0.0.1:4500', '[::1]', '[::1]:4500']) {
    assert.equal((await page(host)).status, 200, host)
  }
  for (const host of [
    'evil.example.com',
    'localhost.evil.example.com',
    'localhost:4500.evil.example.com',
    'evil.example.com:4500',
    '127.0.0.1.nip.io',
    'user@localhost',
    '127.0.0.2',
    '0.0.0.0',
  ]) {
    const response = await page(host)
    assert.equal(response.status, 403, host)
    assert.ok(!response.text.includes('111111'))
  }
})

test('commands about a stack are shown where there is one, with its paths', async () => {
  // It is not known how these Regions are run: nothing is said about stopping and starting them.
  const { text } = await page('localhost')
  assert.doesNotMatch(text, /twinpool\.js|region stop|npx|npm run/)
  const localStack = { command: 'node /opt/twin/bin/twinpool.js', stateDirectory: '/srv/my state' }
  const replica = { UserPoolId: 'us-west-2_abc', RegionName: 'us-east-1', Status: 'ACTIVE' }
  const before = { ...west.operations }
  west.operations['ListReplicas'] = { Replicas: [replica] }
  const other = await startTestEdge([west, east], { localStack })
  const shown = (await page('localhost', other.port)).text.replaceAll(/<\/?span[^>]*>/g, '')
  await other.stop()
  west.operations['ListReplicas'] = before['ListReplicas'] ?? {}
  const flag = '--state-dir &#39;/srv/my state&#39;'
  assert.ok(shown.includes(`node /opt/twin/bin/twinpool.js region stop us-west-2 --kill ${flag}`))
})

test('the recovery point of a replica is what its own Region says, or none', async () => {
  const lost = await startUpstream('us-east-1')
  const replica = { UserPoolId: 'us-west-2_abc', RegionName: 'us-east-1', Status: 'ACTIVE' }
  const before = west.operations['ListReplicas'] ?? {}
  west.operations['ListReplicas'] = {
    Replicas: [{ ...replica, LagMilliseconds: 3, RecoveryPoint: Date.now() / 1000 }],
  }
  const other = await startTestEdge([west, lost])
  const { text } = await page('localhost', other.port)
  await other.stop()
  await lost.kill()
  west.operations['ListReplicas'] = before
  assert.ok(text.includes('&lt; 1 s'))
  assert.ok(!text.includes('has all up to'))
})

test('what only a Region has that is down is said to be missing', async () => {
  const lost = await startUpstream('eu-west-1')
  const other = await startTestEdge([east, lost])
  await lost.kill()
  const shown = await waitFor(
    async () => {
      const { text } = await page('localhost', other.port)
      return text.includes('1 of 2 Regions are up') && text
    },
    { what: 'the Region to be seen as down' },
  )
  await other.stop()
  assert.ok(shown.includes('1 user pool seen'))
  assert.ok(shown.includes('eu-west-1 does not answer; what was sent there is not shown.'))
  assert.ok(
    shown.includes(
      'eu-west-1 does not answer; user pools without a replica elsewhere are not shown.',
    ),
  )
  assert.doesNotMatch((await page('localhost')).text, /does not answer;/)
})

test('an edge without a start page has none', async () => {
  const other = await startTestEdge([west, east], { startPage: false })
  assert.equal((await page('localhost', other.port)).status, 404)
  await other.stop()
})

async function outbox(options: {
  service?: string
  region?: string
  secretAccessKey?: string
  accessKeyId?: string
  signedAtMs?: number
  query?: Record<string, string>
}) {
  const host = `127.0.0.1:${edge.port}`
  const signer = new SignatureV4({
    credentials: {
      accessKeyId: options.accessKeyId ?? ROOT.accessKeyId,
      secretAccessKey: options.secretAccessKey ?? ROOT.secretAccessKey,
    },
    service: options.service ?? 'twinpool',
    region: options.region ?? 'us-west-2',
    sha256: Sha256,
  })
  const { headers } = await signer.sign(
    {
      method: 'GET',
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: edge.port,
      path: '/outbox',
      query: options.query ?? {},
      headers: { host },
    },
    { signingDate: new Date(options.signedAtMs ?? Date.now()) },
  )
  const query = new URLSearchParams(options.query ?? {}).toString()
  const path = query === '' ? '/outbox' : `/outbox?${query}`
  return send(edge.port, { method: 'GET', path, headers })
}

test('the outbox is for who signs with the key of the edge', async () => {
  const response = await outbox({ region: 'us-east-1', query: { UserPoolId: 'us-west-2_abc' } })
  assert.equal(response.status, 200, response.text)
  const { Messages: messages } = response.json as { Messages: { Code: string }[] }
  assert.deepEqual(
    messages.map(({ Code }) => Code),
    ['222222', '111111'],
  )
  const asked = west.calls.findLast(({ operation }) => operation === 'ListOutboxMessages')
  assert.deepEqual(JSON.parse(asked?.received.body ?? ''), {
    UserPoolId: 'us-west-2_abc',
    MaxResults: 60,
  })
  const authorization = String(asked?.received.headers.authorization)
  assert.match(
    authorization,
    /^AWS4-HMAC-SHA256 Credential=AKIAROOTROOTROOTROOT\/\d{8}\/us-west-2\/twinpool\//,
  )
})

test('everybody else is refused', async () => {
  const bare = await send(edge.port, { method: 'GET', path: '/outbox' })
  const answers = [
    bare,
    await outbox({ secretAccessKey: 'guessed' }),
    await outbox({ accessKeyId: 'AKIANOBODYNOBODY1234' }),
    await outbox({ service: 'cognito-idp' }),
    await outbox({ region: 'eu-west-1' }),
    await outbox({ signedAtMs: Date.now() - 20 * 60_000 }),
  ]
  for (const response of answers) {
    assert.equal(response.status, 403, response.text)
    assert.ok(!response.text.includes('111111'))
  }
})
