// The administration commands while one Region responds to every call that it cannot, as one does
// whose database is gone: what the other says is shown, and what is missing is said.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { assertRefused, twinpoolAsync } from '#test/support/program.js'
import { FAILURE, standInRegions } from './stand-in-regions.js'

const regions = standInRegions()
const { endpoints, flags, received, writeState } = regions

const POOL = 'us-west-2_a'
const SAID = /^us-west-2 fails: Internal server error \(InternalErrorException\); what only it has/m

/** East answers, and west fails. */
function failWest(operation: string, answer: Record<string, unknown>): void {
  writeState(endpoints)
  regions.answers[`us-west-2 TwinpoolService.${operation}`] = FAILURE
  regions.answers[`us-east-1 TwinpoolService.${operation}`] = answer
}

/** Each command with its list, what east has there, and the exit code beside a silent Region. */
const LISTS = [
  ['replicas', 'ListReplicas', 'Replicas', { UserPoolId: POOL, RegionName: 'us-east-1' }, 0],
  ['nodes', 'ListNodes', 'Nodes', { RegionName: 'us-east-1', NodeId: 'n' }, 0],
  ['alarms', 'ListAlarms', 'Alarms', undefined, 1],
  ['usage --month 2026-11', 'GetUsage', 'Pools', { UserPoolId: POOL }, 0],
  ['endpoints', 'ListEndpointUses', 'Uses', { UserPoolId: POOL }, 0],
  ['audit list', 'ListAuditEntries', 'Entries', { RegionName: 'us-east-1', Entry: {} }, 0],
  ['key health', 'ListKeyHealth', 'KeyHealth', { UserPoolId: POOL }, 0],
  ['outbox', 'ListOutboxMessages', 'Messages', { UserPoolId: POOL, CreatedAt: 1 }, 0],
  ['triggers', 'ListTriggers', 'Triggers', { RegionName: 'us-east-1', FunctionArn: 'f' }, 0],
] as const

describe('beside a Region that fails', () => {
  for (const [command, operation, name, row, code] of LISTS) {
    it(`${command} shows what the other Region says`, async () => {
      const rows = row === undefined ? [] : [row]
      failWest(operation, { [name]: rows })
      const args = [...command.split(' '), ...flags]
      const table = await twinpoolAsync(args)
      assert.equal(table.code, code, table.stderr)
      assert.match(table.stderr, SAID)
      if (row !== undefined) assert.match(table.stdout, /us-east-1|us-west-2_a/)
      const json = await twinpoolAsync([...args, '--json'])
      assert.equal(json.code, code)
      const shown = JSON.parse(json.stdout) as Record<string, unknown>
      assert.deepEqual(shown['SilentRegions'], ['us-west-2'])
      assert.equal((shown[name] as readonly unknown[]).length, rows.length)
    })
  }

  it('the replica check says which Region could not be compared', async () => {
    failWest('ListPools', { Pools: [{ Id: POOL, RegionNames: ['us-west-2', 'us-east-1'] }] })
    failWest('DescribeRegionalSettings', { Settings: { Domains: ['d'] } })
    const check = await twinpoolAsync(['replicas', 'check', '--json', ...flags])
    assert.equal(check.code, 1)
    assert.deepEqual(JSON.parse(check.stdout), { Checks: [], SilentRegions: ['us-west-2'] })
    assert.match(check.stderr, SAID)
    assert.match(check.stderr, /Not all Regions could be compared; missing: us-west-2\./)
  })

  it('test events and test messages of the other Region are shown', async () => {
    failWest('SendTestLogEvent', { Results: [{ EventSource: 'e', Result: 'DELIVERED' }] })
    regions.answers['TwinpoolService.ListPools'] = { Pools: [{ Id: POOL }] }
    delete regions.answers['us-west-2 TwinpoolService.ListPools']
    delete regions.answers['us-east-1 TwinpoolService.ListPools']
    const logs = await twinpoolAsync(['logs', 'test', '--pool', POOL, '--json', ...flags])
    assert.equal(logs.code, 0, logs.stderr)
    assert.match(logs.stderr, SAID)
    assert.deepEqual(JSON.parse(logs.stdout), {
      ...{ Results: [{ RegionName: 'us-east-1', EventSource: 'e', Result: 'DELIVERED' }] },
      SilentRegions: ['us-west-2'],
    })
    failWest('SendTestMessage', { RegionName: 'us-east-1', Outcome: 'DELIVERED' })
    const to = ['ada@example.com', '--user-pool-id', POOL, ...flags]
    const messages = await twinpoolAsync(['messages', 'test', ...to])
    assert.equal(messages.code, 0, messages.stderr)
    assert.match(messages.stdout, /^us-west-2 +- +SILENT +Internal server error/m)
    assert.match(messages.stdout, /^us-east-1 +- +DELIVERED/m)
  })

  it('the next one is asked for what any Region can do', async () => {
    failWest('CreateConsoleLink', { Link: 'abc', ExpiresAt: 1 })
    const link = await twinpoolAsync(['console', ...flags])
    assert.equal(link.stdout, 'http://localhost:1/console/#/link/abc\n', link.stderr)
    failWest('ListAccessKeys', { AccessKeys: [] })
    const keys = await twinpoolAsync(['access-key', 'list', ...flags])
    assert.equal(keys.stdout, 'No access keys.\n', keys.stderr)
    failWest('ListEligibleRegions', {
      Regions: [{ RegionName: 'us-east-1', Title: 'US East', Eligible: true }],
    })
    const eligible = ['key', 'eligible-regions', '--user-pool-id', POOL, ...flags]
    assert.match((await twinpoolAsync(eligible)).stdout, /^us-east-1 +US East +yes/m)
    assert.equal(received.at(-1)?.region, 'us-east-1')
    const absent = { __type: 'InvalidParameterException', message: 'It does not exist here.' }
    failWest('ListEligibleRegions', absent)
    const both = await twinpoolAsync(eligible)
    assertRefused(both, /us-west-2 failed: Internal server error .*; .* us-east-1 failed: It does/)
  })

  it('a refusal stays one, and is not taken for an empty list', async () => {
    failWest('ListNodes', { __type: 'AccessDeniedException', message: 'No.' })
    const refused = await twinpoolAsync(['nodes', '--json', ...flags])
    assertRefused(refused, /ListNodes in us-east-1 failed: No\. \(AccessDeniedException\)/)
    assert.equal(refused.stdout, '')
  })

  it('where no Region does better, what the Region said is the failure', async () => {
    failWest('ListNodes', FAILURE)
    const failed = /ListNodes in us-west-2 failed: Internal server error \(InternalErrorExc/
    assertRefused(await twinpoolAsync(['nodes', ...flags]), failed)
    assertRefused(await twinpoolAsync(['nodes', '--region', 'us-west-2', ...flags]), failed)
  })

  it('a proxy that answers for it in a page of its own counts as well', async () => {
    const proxy = createServer((_, response) => void response.writeHead(502).end('<h1>Bad'))
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    failWest('ListNodes', { Nodes: [{ RegionName: 'us-east-1' }] })
    writeState({ ...endpoints, 'us-west-2': `http://127.0.0.1:${port}` })
    const nodes = await twinpoolAsync(['nodes', ...flags])
    proxy.close()
    assert.equal(nodes.code, 0, nodes.stderr)
    assert.match(nodes.stderr, /^us-west-2 fails: no message \(502\); what only it has is not/m)
    assert.match(nodes.stdout, /^us-east-1 /m)
  })
})
