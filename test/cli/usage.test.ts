// `twinpool usage` and `twinpool endpoints` against servers that stand in for two Regions.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { takePorts } from '#test/support/ports.js'
import { assertRefused, twinpoolAsync } from '#test/support/program.js'
import { standInRegions } from './stand-in-regions.js'

const regions = standInRegions()
const { endpoints, flags, received, writeState } = regions

const MONTH = ['--month', '2026-11', ...flags]

const pool = (id: string, users: number, tokens: number, more: object = {}) => ({
  ...{ UserPoolId: id, Name: `pool ${id}`, Tier: 'PLUS', MonthlyActiveUsers: users },
  MonthlyActiveUsersByTier: { LITE: 0, ESSENTIALS: 1, PLUS: users - 1 },
  MachineClients: tokens === 0 ? [] : [{ ClientId: 'app', Tokens: tokens }],
  Replicas: [{ RegionName: 'us-east-1', Hours: 360, Months: 0.5 }],
  Charges: [{ Item: 'PLUS_ACTIVE_USERS', Quantity: 1, UnitPrice: 0.006, Amount: 0.006 }],
  Total: 0.006,
  ...more,
})

const use = (calls: number, more: object = {}) => ({
  ...{ UserPoolId: 'a', ClientId: 'app', Day: '2026-11-27', Kind: 'API', IssuerForm: 'NONE' },
  ...{ Host: 'localhost:4501', UserAgent: 'aws-sdk-js/3.1', Calls: calls, LastSeen: 2 },
  ...more,
})

describe('twinpool usage', () => {
  it('tells each pool as the Region sees it that has most of it', async () => {
    writeState(endpoints)
    regions.answers = {
      'us-west-2 TwinpoolService.GetUsage': { Pools: [pool('a', 9, 0), pool('b', 2, 5)] },
      'us-east-1 TwinpoolService.GetUsage': { Pools: [pool('a', 10, 0), pool('b', 2, 4)] },
    }
    const json = await twinpoolAsync(['usage', '--json', ...MONTH])
    const told = JSON.parse(json.stdout) as { Pools: Record<string, unknown>[] }
    assert.deepEqual(told, {
      Month: '2026-11',
      Pools: [
        { ...pool('a', 10, 0), SeenFrom: 'us-east-1' },
        { ...pool('b', 2, 5), SeenFrom: 'us-west-2' },
      ],
      SilentRegions: [],
    })
    assert.deepEqual(received.at(-1)?.input, { Month: '2026-11', MaxResults: 50 })
    const table = await twinpoolAsync(['usage', ...MONTH])
    assert.match(table.stdout, /^Pool +Name +Tier +Active users +LITE +ESSENTIALS +PLUS +Machine/)
    assert.match(
      table.stdout,
      /\na +pool a +PLUS +10 +0 +1 +9 +0 +us-east-1 0\.500 +0\.01 +us-east-1/,
    )
    assert.match(table.stdout, /\nTotal: 0\.01 US dollars at the prices of the configuration\.\n$/)
  })

  it('prints lines of comma-separated values that no name can break', async () => {
    writeState(endpoints)
    const named = pool('a', 2, 3, { Name: '=1+1, "x"' })
    regions.answers = { 'TwinpoolService.GetUsage': { Pools: [named] } }
    const { stdout } = await twinpoolAsync(['usage', '--csv', ...MONTH])
    assert.equal(
      stdout,
      'month,user_pool_id,name,tier,monthly_active_users,monthly_active_users_lite,' +
        'monthly_active_users_essentials,monthly_active_users_plus,machine_tokens,' +
        'replica_regions,replica_months,total_usd,seen_from\n' +
        `2026-11,a,"'=1+1, ""x""",PLUS,2,0,1,1,3,us-east-1,0.5,0.006,us-west-2\n`,
    )
  })

  it('says which Region was silent, and fails when all are', async () => {
    const port = await takePorts(1)
    writeState({ ...endpoints, 'us-west-2': `http://127.0.0.1:${port}` })
    regions.answers = { 'us-east-1 TwinpoolService.GetUsage': { Pools: [] } }
    const one = await twinpoolAsync(['usage', ...MONTH])
    assert.equal(one.stdout, 'There is no user pool.\n')
    assert.match(one.stderr, /us-west-2/)
    const json = await twinpoolAsync(['usage', '--json', ...MONTH])
    assert.deepEqual(JSON.parse(json.stdout), {
      ...{ Month: '2026-11', Pools: [], SilentRegions: ['us-west-2'] },
    })
    writeState({ 'us-west-2': `http://127.0.0.1:${port}` })
    assertRefused(await twinpoolAsync(['usage', ...MONTH]), /No Region answers at /)
  })

  it('refuses what is no month, and two forms at once', async () => {
    writeState(endpoints)
    for (const month of ['2026-13', 'November']) {
      const outcome = await twinpoolAsync(['usage', '--month', month, ...flags])
      assert.notEqual(outcome.code, 0)
      assert.match(outcome.stderr, /It must be a month such as 2026-11\./)
    }
    const both = await twinpoolAsync(['usage', '--csv', '--json', ...MONTH])
    assertRefused(both, /Give --csv or --json, not both\./)
  })
})

describe('twinpool endpoints', () => {
  it('tells each use once, with the greater count', async () => {
    writeState(endpoints)
    const jwks = { ClientId: undefined, Day: '2026-11-26', Kind: 'JWKS', IssuerForm: 'UPDATED' }
    regions.answers = {
      'us-west-2 TwinpoolService.ListEndpointUses': { Uses: [use(3), use(1, jwks)] },
      'us-east-1 TwinpoolService.ListEndpointUses': { Uses: [use(2), use(2, jwks)] },
    }
    const table = await twinpoolAsync(['endpoints', '--user-pool-id', 'a', ...flags])
    const [heading, ...rows] = table.stdout.trimEnd().split('\n')
    assert.match(
      heading ?? '',
      /^Day +Pool +App client +Kind +Issuer +Host +SDK +Calls +Last seen$/,
    )
    assert.equal(rows.length, 2)
    assert.match(
      rows[0] ?? '',
      /^2026-11-27 +a +app +API +NONE +localhost:4501 +aws-sdk-js\/3\.1 +3 +1970-/,
    )
    assert.match(rows[1] ?? '', /^2026-11-26 +a +- +JWKS +UPDATED +localhost:4501 .* 2 +1970-/)
    assert.deepEqual(received.at(-1)?.input, { Days: 14, UserPoolId: 'a' })
    const json = await twinpoolAsync(['endpoints', '--json', '--days', '3', ...flags])
    assert.equal((JSON.parse(json.stdout) as { Uses: unknown[] }).Uses.length, 2)
    assert.deepEqual(received.at(-1)?.input, { Days: 3 })
  })

  it('says when there is nothing, and takes days only', async () => {
    writeState(endpoints)
    regions.answers = { 'TwinpoolService.ListEndpointUses': { Uses: [] } }
    const none = await twinpoolAsync(['endpoints', ...flags])
    assert.equal(none.stdout, 'No endpoint was used.\n')
    for (const days of ['0', '-1', 'x']) {
      const outcome = await twinpoolAsync(['endpoints', `--days=${days}`, ...flags])
      assert.match(outcome.stderr, /It must be a whole number from 1 to 36500\./)
    }
  })
})
