// Where addresses are: from a file and from a module, in the log, in exported events, and as a sign
// of somebody else.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { SetLogDeliveryConfigurationCommand } from '@aws-sdk/client-cognito-identity-provider'
import { openPlaces } from '#adapters/risk/places.js'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'
import { BLOCKED, riskPlaces } from './places.js'
import { signInFrom } from './protected.js'

const FILE = `network,country,city,latitude,longitude
# A comment, and an empty line.

192.0.2.0/24,DE,Berlin,52.5,13.4
192.0.2.128/25,DE,Potsdam,,
203.0.113.0/24,JP,Tokyo,35.7,139.7
2001:db8::/32,FR,,,
2001:db8:1::/48,FR,Paris,48.9,2.4
`
const MODULE = `export async function locate(ip) {
  if (ip === '192.0.2.1') return { country: 'DE', city: 'Berlin', latitude: 52.5, longitude: 13.4 }
  return ip === '192.0.2.2' ? { country: 7 } : undefined
}
`
const NOTHING = { country: undefined, city: undefined, latitude: undefined, longitude: undefined }

describe('where addresses are', () => {
  let directory: string
  let api: TestApi
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'twinpool-places-'))
    await writeFile(join(directory, 'places.csv'), FILE)
    await writeFile(join(directory, 'bad.csv'), 'network\n300.1.2.3/8,DE,Berlin,1,2\n')
    await writeFile(join(directory, 'places.mjs'), MODULE)
    await writeFile(join(directory, 'empty.mjs'), 'export const locate = 7\n')
    api = await startTestApi({
      beatMs: 60_000,
      risk: { locationsFile: join(directory, 'places.csv') },
      logDelivery: { to: 'file', directory: join(directory, 'logs') },
    })
  })
  after(async () => {
    await api.stop()
    await rm(directory, { recursive: true })
  })

  const ofFile = (name: string) =>
    openPlaces({ locationsFile: join(directory, name), locationsModule: undefined })
  const ofModule = (name: string) =>
    openPlaces({ locationsFile: undefined, locationsModule: join(directory, name) })

  test('a file has networks, of which the smallest counts', async () => {
    const places = ofFile('places.csv')
    const berlin = { country: 'DE', city: 'Berlin', latitude: 52.5, longitude: 13.4 }
    assert.deepEqual(await places.find('192.0.2.1'), berlin)
    assert.deepEqual(await places.find('192.0.2.200'), {
      ...NOTHING,
      country: 'DE',
      city: 'Potsdam',
    })
    assert.deepEqual(await places.find('2001:db8::1'), { ...NOTHING, country: 'FR' })
    assert.equal((await places.find('2001:db8:1:2::3'))?.city, 'Paris')
    for (const nowhere of ['198.51.100.1', '2001:db9::1', '::ffff:1.2.3.4', 'localhost']) {
      assert.equal(await places.find(nowhere), undefined)
    }
    await assert.rejects(ofFile('bad.csv').find('192.0.2.1'), /has no network in line 2$/)
    await assert.rejects(ofFile('absent.csv').find('192.0.2.1'), /ENOENT/)
  })

  test('a module says it itself, and what it says is checked', async () => {
    const places = ofModule('places.mjs')
    assert.equal((await places.find('192.0.2.1'))?.city, 'Berlin')
    assert.deepEqual(await places.find('192.0.2.2'), NOTHING)
    assert.equal(await places.find('192.0.2.3'), undefined)
    await assert.rejects(ofModule('empty.mjs').find('192.0.2.1'), /exports no function locate$/)
    const none = openPlaces({ locationsFile: undefined, locationsModule: undefined })
    assert.equal(await none.find('192.0.2.1'), undefined)
  })

  test('too far for the time between is a high risk', async () => {
    const places = riskPlaces(api)
    const app = await places.makePlace({
      AccountTakeoverRiskConfiguration: {
        Actions: { HighAction: { EventAction: 'BLOCK', Notify: false } },
      },
    })
    const { poolId: UserPoolId } = app
    const arn = 'arn:aws:logs:us-west-2:123456789012:log-group:people'
    await api.cognito.send(
      new SetLogDeliveryConfigurationCommand({
        UserPoolId,
        LogConfigurations: [
          {
            EventSource: 'userAuthEvents',
            LogLevel: 'INFO',
            CloudWatchLogsConfiguration: { LogGroupArn: arn },
          },
        ],
      }),
    )
    const username = await places.makeKnown(app)
    await assert.rejects(signInFrom(api.cognito, app, { username, ip: '203.0.113.9' }), BLOCKED)
    const wrong = { username: 'nobody', password: 'wrong' }
    await assert.rejects(signInFrom(api.cognito, app, wrong))
    const { EventContextData, EventRisk, EventId } = await places.newest(app, username)
    assert.deepEqual([EventContextData?.City, EventContextData?.Country], ['Tokyo', 'JP'])
    assert.deepEqual([EventRisk?.RiskDecision, EventRisk?.RiskLevel], ['Block', 'High'])
    // Events of users are exported, and those of nobody are not.
    const file = join(directory, 'logs', `${arn.replaceAll(/[^\w.-]+/g, '_')}.ndjson`)
    const lines = await waitFor(
      async () => {
        const all = (await readFile(file, 'utf8')).trim().split('\n')
        return all.length >= 2 ? all : undefined
      },
      { what: 'the exported events' },
    )
    const exported = lines.map((line) => JSON.parse(line) as { message: Record<string, string> })
    assert.deepEqual(
      exported.map(({ message }) => [
        message['userName'],
        message['city'],
        message['riskDecision'],
      ]),
      [
        [username, 'Berlin', 'PASS'],
        [username, 'Tokyo', 'BLOCK'],
      ],
    )
    assert.equal(required(exported[1], 'event').message['eventId'], EventId)
  })
})
