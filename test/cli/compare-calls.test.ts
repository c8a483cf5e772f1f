// The commands that compare the Regions with each other, against servers that stand in for two: the
// settings that each has of its own, and the key of a pool.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { takePorts } from '#test/support/ports.js'
import { assertRefused, twinpoolAsync } from '#test/support/program.js'
import { type Answer, standInRegions } from './stand-in-regions.js'

const regions = standInRegions()
const { endpoints, flags, received, writeState } = regions

describe('the commands that compare Regions', () => {
  it('compare what each Region has of its own, and fail while something differs', async () => {
    writeState(endpoints)
    const RegionNames = ['us-west-2', 'us-east-1']
    const settingsOf = (region: string, more: object = {}) => ({
      Settings: {
        LambdaConfig: { PreSignUp: `arn:aws:lambda:${region}:1:function:f`, PostConfirmation: 'x' },
        Domains: ['d'],
        UserPoolTags: {},
        ...more,
      },
    })
    regions.answers = {
      'TwinpoolService.ListPools': {
        Pools: [
          { Id: 'us-west-2_a', RegionNames },
          { Id: 'us-west-2_b', RegionNames: ['us-west-2'] },
        ],
      },
      'us-west-2 TwinpoolService.DescribeRegionalSettings': settingsOf('us-west-2'),
      'us-east-1 TwinpoolService.DescribeRegionalSettings': settingsOf('us-east-1'),
    }
    const equal = await twinpoolAsync(['replicas', 'check', ...flags])
    assert.equal(equal.code, 0, equal.stderr)
    assert.match(equal.stdout, /^us-west-2_a +LambdaConfig +equal$/m)
    assert.doesNotMatch(equal.stdout, /us-west-2_b|UserPoolTags|Email/)
    regions.answers['us-east-1 TwinpoolService.DescribeRegionalSettings'] = settingsOf(
      'us-east-1',
      {
        LambdaConfig: undefined,
        Domains: ['e'],
      },
    )
    const different = await twinpoolAsync(['replicas', 'check', '--pool', 'us-west-2_a', ...flags])
    assert.equal(different.code, 1)
    assert.match(different.stdout, /^us-west-2_a +LambdaConfig +missing in us-east-1$/m)
    assert.match(different.stdout, /^us-west-2_a +Domains +differs$/m)
    assert.match(different.stderr, /2 settings are not the same in all Regions\./)
    const json = await twinpoolAsync(['replicas', 'check', '--json', ...flags])
    const { Checks } = JSON.parse(json.stdout) as { Checks: { Verdict: string }[] }
    assert.deepEqual(
      Checks.map((check) => check.Verdict),
      ['MISSING', 'DIFFERS'],
    )
    const unknown = await twinpoolAsync(['replicas', 'check', '--pool', 'x_y', ...flags])
    assertRefused(unknown, /The user pool x_y has no replica\./)
  })

  it('compare nothing in silence: a Region that refuses, is down or was not asked', async () => {
    writeState(endpoints)
    const pools = {
      Pools: [{ Id: 'us-west-2_a', RegionNames: ['us-west-2', 'us-east-1'] }],
    }
    regions.answers = {
      'TwinpoolService.ListPools': { __type: 'AccessDeniedException', message: 'No.' },
      'TwinpoolService.DescribeRegionalSettings': { Settings: { Domains: ['d'] } },
    }
    const check = ['replicas', 'check', ...flags]
    assertRefused(await twinpoolAsync(check), /ListPools in .* failed: No\. \(AccessDenied/)
    regions.answers['TwinpoolService.ListPools'] = pools
    const one = await twinpoolAsync([...check, '--region', 'us-west-2'])
    assert.equal(one.code, 1)
    assert.match(one.stderr, /Not all Regions could be compared; missing: us-east-1\./)
    assert.doesNotMatch(one.stdout, /equal|No user pool/)
    const port = await takePorts(1)
    writeState({ ...endpoints, 'us-east-1': `http://127.0.0.1:${port}` })
    const half = await twinpoolAsync(check)
    assert.equal(half.code, 1)
    assert.match(half.stderr, /us-east-1 does not answer/)
    assert.match(half.stderr, /Not all Regions could be compared; missing: us-east-1\./)
    writeState({ 'us-east-1': `http://127.0.0.1:${port}` })
    assertRefused(await twinpoolAsync(check), /No Region answers at http/)
  })

  it('read every page of pools and of the health of keys', async () => {
    writeState(endpoints)
    const paged = (name: string, pages: readonly Answer[]) => (input: Answer) => {
      const at = Number(input['NextToken'] ?? 0)
      const next = at + 1 < pages.length ? String(at + 1) : undefined
      return { [name]: [pages[at]], NextToken: next }
    }
    const RegionNames = ['us-west-2', 'us-east-1']
    const health = { RegionName: 'r', State: 'USABLE', Since: 0, CheckedAt: 1 }
    regions.answers = {
      'TwinpoolService.ListPools': paged('Pools', [
        { Id: 'us-west-2_a', RegionNames, KmsKeyArn: 'arn:a' },
        { Id: 'us-west-2_b', RegionNames, KmsKeyArn: 'arn:b' },
        { Id: 'us-west-2_c', RegionNames, KmsKeyArn: 'arn:c' },
      ]),
      'TwinpoolService.DescribeRegionalSettings': { Settings: { Domains: ['d'] } },
      'TwinpoolService.CheckKey': { RegionName: 'r', Usable: true, Calls: [] },
      'TwinpoolService.ListKeyHealth': paged('KeyHealth', [
        { ...health, UserPoolId: 'us-west-2_a' },
        { ...health, UserPoolId: 'us-west-2_b' },
      ]),
    }
    const checked = await twinpoolAsync(['replicas', 'check', ...flags])
    assert.equal(checked.code, 0, checked.stderr)
    for (const id of ['a', 'b', 'c']) {
      assert.match(checked.stdout, new RegExp(`^us-west-2_${id} +Domains +equal$`, 'm'))
    }
    const key = ['key', 'check', '--user-pool-id', 'us-west-2_c', ...flags]
    assert.equal((await twinpoolAsync(key)).code, 0)
    assert.equal(received.at(-1)?.input['KmsKeyArn'], 'arn:c')
    const one = await twinpoolAsync(['key', 'health', '--region', 'us-west-2', ...flags])
    assert.match(one.stdout, /^r +us-west-2_a +USABLE/m)
    assert.match(one.stdout, /^r +us-west-2_b +USABLE/m)
    assert.equal(received.at(-1)?.input['MaxResults'], 1000)
  })

  it('check the key of a pool in every Region, and fail where it does not serve', async () => {
    writeState(endpoints)
    const pool = { Id: 'us-west-2_a', KmsKeyArn: 'arn:key' }
    const call = { Action: 'kms:Encrypt', Result: 'ALLOWED' }
    regions.answers = {
      'us-west-2 TwinpoolService.ListPools': { Pools: [pool] },
      'us-east-1 TwinpoolService.ListPools': { Pools: [] },
      'us-west-2 TwinpoolService.CheckKey': {
        ...{ RegionName: 'us-west-2', Usable: true, Calls: [call] },
      },
      'us-east-1 TwinpoolService.CheckKey': {
        RegionName: 'us-east-1',
        Usable: false,
        Calls: [{ ...call, Result: 'REFUSED', Reason: 'not-found', Remedy: 'Replicate it.' }],
      },
      'TwinpoolService.GetKeyStatements': { Statements: [{ Sid: 'A' }] },
      'TwinpoolService.ListEligibleRegions': {
        Regions: [{ RegionName: 'us-east-1', Title: 'US East (N. Virginia)', Eligible: true }],
      },
      'TwinpoolService.ListKeyHealth': {
        KeyHealth: [{ RegionName: 'r', UserPoolId: 'p', State: 'USABLE', Since: 0, CheckedAt: 1 }],
      },
    }
    const id = ['--user-pool-id', 'us-west-2_a']
    const checked = await twinpoolAsync(['key', 'check', ...id, ...flags])
    assert.equal(checked.code, 1)
    assert.match(checked.stdout, /^us-west-2 +kms:Encrypt +ALLOWED +- +-$/m)
    assert.match(checked.stdout, /^us-east-1 +kms:Encrypt +REFUSED +not-found +Replicate it\.$/m)
    assert.match(checked.stderr, /The key does not serve in us-east-1\./)
    assert.equal(received.at(-1)?.input['KmsKeyArn'], 'arn:key')
    const one = await twinpoolAsync(['key', 'check', ...id, '--region', 'us-west-2', ...flags])
    assert.equal(one.code, 0)
    const statements = await twinpoolAsync(['key', 'statements', ...id, ...flags])
    assert.deepEqual(JSON.parse(statements.stdout), [{ Sid: 'A' }])
    assert.deepEqual(received.at(-1)?.input['RegionNames'], ['us-west-2', 'us-east-1'])
    const eligible = await twinpoolAsync(['key', 'eligible-regions', ...id, ...flags])
    assert.match(eligible.stdout, /^us-east-1 +US East \(N\. Virginia\) +yes +-$/m)
    assert.equal(received.at(-1)?.region, 'us-west-2')
    const health = await twinpoolAsync(['key', 'health', '--region', 'us-west-2', ...flags])
    assert.match(health.stdout, /^r +p +USABLE +- +- +1970-01-01T00:00:00\.000Z/m)
  })
})
