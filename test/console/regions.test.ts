// The console of a deployment: a session is good in every Region and through the edge, and a call
// reaches the Region that it names, or says that this one does not respond.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { required } from '#base/assert.js'
import { tryCall } from '#cli/signed-call.js'
import type { Edge } from '#edge/edge.js'
import { ConsoleBrowser } from '#test/support/console-browser.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { startTestEdge } from '#test/support/test-edge.js'
import { EAST, startTwoNodes, type TwoNodes, WEST } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

describe('the console of two Regions', () => {
  let nodes: TwoNodes
  let edge: Edge
  let edgeUrl: string
  before(async () => {
    nodes = await startTwoNodes()
    const regions = [nodes.west, nodes.east]
    edge = await startTestEdge(regions.map(({ region, endpoint }) => ({ name: region, endpoint })))
    edgeUrl = `http://localhost:${edge.port}`
  })
  after(async () => {
    await edge.stop()
    await nodes.close()
  })

  let browser: ConsoleBrowser
  beforeEach(async () => {
    browser = new ConsoleBrowser(nodes.west.endpoint)
    assert.equal((await browser.signIn()).status, 200)
  })

  const regionOf = async (at: ConsoleBrowser, region: string) => {
    const { status, json } = await at.call(region, 'DescribeRegion')
    assert.equal(status, 200, JSON.stringify(json))
    return json['RegionName']
  }

  const signedCall = (region: string, operation: string, input: object = {}) => {
    const endpoint = required(nodes.regions[region], region).endpoint
    const target = { region, endpoint, credentials: ROOT_ACCESS_KEY }
    return tryCall(target, operation, input as Readonly<Record<string, unknown>>)
  }

  async function createLink(region: string): Promise<string> {
    return String((await signedCall(region, 'CreateConsoleLink'))?.['Link'])
  }

  async function waitForState(region: string, isAlive: boolean): Promise<void> {
    const state = () => edge.states().find(({ name }) => name === region)
    await waitFor(() => state()?.isAlive === isAlive && state()?.isSuspect === false, {
      what: `the edge to see ${region} ${isAlive ? 'alive' : 'down'}`,
    })
  }

  test('a session that began in one Region is good in the other', async () => {
    const east = browser.at(nodes.east.endpoint)
    const { status, json } = await east.show()
    assert.deepEqual([status, json['region']], [200, EAST])
    const names = (json['regions'] as { name: string }[]).map(({ name }) => name)
    assert.deepEqual(names, [WEST, EAST])
    assert.equal(await regionOf(east, EAST), EAST)
  })

  test('a Region passes a call for the other on', async () => {
    assert.equal(await regionOf(browser, WEST), WEST)
    assert.equal(await regionOf(browser, EAST), EAST)
    assert.equal(await regionOf(browser.at(nodes.east.endpoint), WEST), WEST)
    const operation = 'AWSCognitoIdentityProviderService.DescribeUserPool'
    const UserPoolId = `${EAST}_absent000`
    const { status, json, headers } = await browser.call(EAST, operation, { UserPoolId })
    assert.deepEqual([status, json['__type']], [400, 'ResourceNotFoundException'])
    assert.equal(headers.get('x-amzn-errortype'), 'ResourceNotFoundException')
    assert.equal(headers.get('set-cookie'), null)
  })

  test('what is passed on is recorded where it ran, from the address of the browser', async () => {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    })
    const { json } = await browser.call(EAST, 'CreateAccessKey', { PolicyDocument })
    const keyId = (json['AccessKey'] as Record<string, string>)['AccessKeyId']
    const output = await signedCall(EAST, 'ListAuditEntries', { MaxResults: 1 })
    const [entry] = required(output, 'a response')['Entries'] as {
      Entry: Record<string, unknown>
    }[]
    const { operation, caller, sourceIp, ...rest } = required(entry, 'an entry').Entry
    assert.deepEqual(
      { operation, caller, sourceIp, keyId: rest['keyId'] },
      {
        operation: 'CreateAccessKey',
        caller: ROOT_ACCESS_KEY.accessKeyId,
        sourceIp: '127.0.0.1',
        keyId,
      },
    )
  })

  test('the edge sends a call to its Region, and everything else to one that lives', async () => {
    const there = new ConsoleBrowser(edgeUrl)
    assert.equal((await there.signIn()).status, 200)
    for (const region of [WEST, EAST]) {
      const response = await there.call(region, 'DescribeRegion')
      assert.equal(response.json['RegionName'], region)
      assert.equal(response.headers.get('x-twinpool-region'), region)
    }
    assert.equal((await there.show()).status, 200)
    const foreign = await there.call(WEST, 'DescribeRegion', {}, { origin: 'https://evil.example' })
    assert.equal(foreign.status, 403)
    assert.equal((await there.call('eu-west-1', 'DescribeRegion')).status, 404)
    const page = await fetch(`${edgeUrl}/console`, { redirect: 'manual' })
    assert.deepEqual([page.status, page.headers.get('location')], [308, '/console/'])
    assert.equal((await fetch(`${edgeUrl}/consoles`)).status, 404)
  })

  test('an edge without the console knows none of its paths', async () => {
    const regions = [{ name: WEST, endpoint: nodes.west.endpoint }]
    const without = await startTestEdge(regions, { console: { enabled: false } })
    try {
      const there = browser.at(`http://localhost:${without.port}`)
      assert.equal((await there.call(WEST, 'DescribeRegion')).status, 404)
      assert.equal((await there.show()).status, 404)
    } finally {
      await without.stop()
    }
  })

  test('a Region that is down is said to be, and the rest works', async () => {
    const there = browser.at(edgeUrl)
    await nodes.east.stop()
    try {
      const direct = await browser.call(EAST, 'DescribeRegion')
      const message = `Region ${EAST} cannot be reached. Try again.`
      const expected = { __type: 'RegionUnavailableException', message }
      assert.deepEqual([direct.status, direct.json], [503, expected])
      await waitForState(EAST, false)
      const byEdge = await there.call(EAST, 'DescribeRegion')
      assert.deepEqual([byEdge.status, byEdge.json['__type']], [503, expected.__type])
      assert.equal(await regionOf(browser, WEST), WEST)
      assert.equal(await regionOf(there, WEST), WEST)
      assert.equal((await there.show()).json['region'], WEST)
    } finally {
      await nodes.east.start()
    }
    await waitForState(EAST, true)
    assert.equal(await regionOf(there, EAST), EAST)
  })

  test('a link of one Region is good in the other, once', async () => {
    const link = await createLink(WEST)
    const [west, east] = [nodes.west, nodes.east].map(
      ({ endpoint }) => new ConsoleBrowser(endpoint),
    )
    const first = await required(east, EAST).signIn({ link })
    assert.deepEqual([first.status, first.json['region']], [200, EAST])
    assert.equal((await required(east, EAST).signIn({ link })).status, 403)
    assert.equal((await required(west, WEST).signIn({ link })).status, 403)
  })

  test('a link of a Region that is down says so, and is good when it is back', async () => {
    const link = await createLink(EAST)
    await nodes.east.stop()
    try {
      const { status, json } = await new ConsoleBrowser(nodes.west.endpoint).signIn({ link })
      assert.equal(status, 503)
      assert.match(String(json['message']), /Region that made the link does not respond/)
    } finally {
      await nodes.east.start()
    }
    assert.equal((await new ConsoleBrowser(nodes.west.endpoint).signIn({ link })).status, 200)
  })

  // Last, since nineteen failures at once are as many as an address may have.
  test('of twenty who use a link at once in both Regions, one has it', async () => {
    const link = await createLink(EAST)
    const uses = Array.from({ length: 20 }, (_, index) => {
      const { endpoint } = index % 2 === 0 ? nodes.west : nodes.east
      return new ConsoleBrowser(endpoint).signIn({ link })
    })
    const statuses = (await Promise.all(uses)).map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join(' '))
  })
})

describe('what a Region passes on', () => {
  let nodes: TwoNodes
  const received: { url: string; headers: Record<string, unknown> }[] = []
  let respond = { status: 200, type: 'application/x-amz-json-1.1', body: '{}' }
  const stranger = createServer((request, response) => {
    received.push({ url: request.url ?? '', headers: request.headers })
    response.writeHead(respond.status, { 'content-type': respond.type, 'set-cookie': 'a=b' })
    response.end(respond.body)
  })
  before(async () => {
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const { port } = stranger.address() as AddressInfo
    const endpoint = `http://127.0.0.1:${port}`
    nodes = await startTwoNodes({
      endpointOf: (region) => (region === EAST ? endpoint : undefined),
    })
  })
  after(async () => {
    await nodes.close()
    stranger.closeAllConnections()
    await new Promise((resolve) => stranger.close(resolve))
  })

  test('is only what is needed, and of the response only body, status and error', async () => {
    const browser = new ConsoleBrowser(nodes.west.endpoint)
    await browser.signIn()
    const { status, headers } = await browser.call(EAST, 'ListPools', {}, { authorization: 'x' })
    assert.equal(status, 200)
    assert.equal(headers.get('set-cookie'), null)
    const { url, headers: sent } = required(received.at(-1), 'a request')
    assert.equal(url, `/console/api/${EAST}`)
    assert.equal(sent['cookie'], browser.cookie)
    assert.equal(sent['x-twinpool-csrf'], browser.csrfToken)
    assert.equal(sent['authorization'], undefined)
    assert.equal(sent['origin'], undefined)
    const word = String(sent['x-twinpool-forwarded'])
    const east = browser.at(nodes.east.endpoint)
    const passed = { 'x-twinpool-forwarded': word, origin: '' }
    assert.equal((await east.call(EAST, 'ListPools', {}, passed)).status, 200)
    // Not passed on again, and nothing to a Region that the word is not for.
    const looped = await east.call(WEST, 'ListPools', {}, passed)
    assert.deepEqual([looped.status, looped.json['__type']], [503, 'RegionUnavailableException'])
    assert.equal((await browser.call(WEST, 'ListPools', {}, passed)).status, 403)
  })

  test('is no response of the Region when a proxy responds, or it knows no session', async () => {
    const browser = new ConsoleBrowser(nodes.west.endpoint)
    await browser.signIn()
    for (const other of [
      { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' },
      { status: 302, type: 'application/x-amz-json-1.1', body: '' },
      { status: 401, type: 'application/x-amz-json-1.1', body: '{}' },
    ]) {
      respond = other
      const { status, json } = await browser.call(EAST, 'ListPools')
      assert.deepEqual([status, json['__type']], [503, 'RegionUnavailableException'], other.type)
    }
    assert.equal((await browser.show()).status, 200)
  })
})
