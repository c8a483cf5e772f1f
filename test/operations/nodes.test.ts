// What a Region says of its processes and of what is wrong with it: one Region with two nodes in
// this process, asked as an operator asks.
import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'
import { callAny, tryCall } from '#cli/signed-call.js'
import { versionOfPackage } from '#config/config.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { twinpoolAsync } from '#test/support/program.js'
import { REGION, startTestApi, type TestApi } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'

type Row = Readonly<Record<string, unknown>>

describe('a Region that is looked at', () => {
  let api: TestApi
  let sql: Sql
  before(async () => {
    api = await startTestApi({ keys: { healthCheckSeconds: 1 } })
    sql = api.openSql()
  })
  after(() => api.stop())

  const at = (endpoint = api.endpoint, credentials = { ...ROOT_ACCESS_KEY }) => ({
    region: REGION,
    endpoint,
    credentials,
  })
  const list = async (operation: string, name: string, endpoint?: string) =>
    (await callAny([at(endpoint)], operation, {}))[name] as readonly Row[]
  const nodes = (endpoint?: string) => list('ListNodes', 'Nodes', endpoint)
  const alarms = () => list('ListAlarms', 'Alarms')
  const alarmNames = async () => (await alarms()).map((alarm) => alarm['Name'])
  const cli = (...args: readonly string[]) =>
    twinpoolAsync([...args, '--endpoint', api.endpoint, '--region', REGION], {
      AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_ACCESS_KEY.secretAccessKey,
    })

  test('names each of its processes and the one that leads, whichever is asked', async () => {
    const [first] = await waitFor(
      async () => {
        const all = await nodes()
        return all[0]?.['Leader'] === true && all
      },
      { what: 'a leader' },
    )
    const { NodeId, StartedAt, SeenAt, ...rest } = required(first, 'a node')
    assert.match(String(NodeId), /^[0-9a-f-]{36}$/)
    assert.ok(Number(SeenAt) >= Number(StartedAt))
    assert.ok(Math.abs(Number(StartedAt) - Date.now() / 1000) < 60)
    assert.deepEqual(rest, {
      RegionName: REGION,
      HostName: hostname(),
      Pid: process.pid,
      Version: versionOfPackage(),
      NodeVersion: process.version,
      Silent: false,
      Leader: true,
    })
    const second = await api.addNode()
    const both = await nodes(second.endpoint)
    assert.deepEqual(await nodes(), both)
    assert.deepEqual(
      both.map((node) => [node['NodeId'] === NodeId, node['Leader']]),
      [
        [false, false],
        [true, true],
      ],
    )
  })

  test('shows a process that was killed until it is forgotten', async () => {
    const insert = (id: string, minutes: number) => sql`
      insert into nodes values (${id}, 'lost', 7, '0.0.9', 'v20.0.0', now() - interval '1 day',
        now() - ${minutes} * interval '1 minute', true)`
    const id = '00000000-0000-4000-8000-00000000000'
    await insert(`${id}1`, 2)
    await insert(`${id}2`, 61)
    const lost = (await nodes()).filter((node) => node['HostName'] === 'lost')
    assert.deepEqual(
      lost.map((node) => [node['NodeId'], node['Silent'], node['Leader']]),
      [[`${id}1`, true, false]],
    )
    const shown = await cli('nodes')
    assert.equal(shown.code, 0, shown.stderr)
    assert.match(shown.stdout, /^us-west-2 .* lost +7 +0\.0\.9 +v20\.0\.0 .* silent since 2/m)
    assert.match(shown.stdout, / leads$/m)
    assert.match(shown.stdout, / serves$/m)
    // Neither its version nor its leadership counts any more.
    assert.deepEqual(await alarmNames(), [])
    const json = JSON.parse((await cli('nodes', '--json')).stdout) as { Nodes: Row[] }
    assert.equal(json.Nodes.length, 3)
    await sql`delete from nodes where host_name = 'lost'`
  })

  test('has no alarm while all is well, and says so', async () => {
    assert.deepEqual(await alarms(), [])
    const well = await cli('alarms')
    assert.deepEqual([well.code, well.stdout], [0, 'No alarm is on.\n'])
  })

  test('has an alarm while no process leads, and while versions differ', async () => {
    const other = '00000000-0000-4000-8000-000000000003'
    await sql`
      insert into nodes values (${other}, 'other', 7, '9.9.9', 'v20.0.0', now(), now(), false)`
    await sql`update nodes set is_leader = false`
    const on = (await alarms()).map(({ Severity, Name, Subject }) => [Severity, Name, Subject])
    assert.deepEqual(on, [
      ['CRITICAL', 'NoLeader', REGION],
      ['WARNING', 'VersionsDiffer', REGION],
    ])
    const shown = await cli('alarms')
    assert.equal(shown.code, 1)
    assert.match(shown.stdout, /^us-west-2 +WARNING +VersionsDiffer +us-west-2 +2.* 9\.9\.9\.$/m)
    assert.match(shown.stderr, /2 alarms are on\./)
    const json = await cli('alarms', '--json')
    assert.equal(json.code, 1)
    assert.equal((JSON.parse(json.stdout) as { Alarms: Row[] }).Alarms.length, 2)
    await sql`delete from nodes where node_id = ${other}`
    // The leader says again that it is there.
    await waitFor(async () => (await alarms()).length === 0, { what: 'no alarm' })
  })

  test('has an alarm while the key of a pool that is here is refused', async () => {
    const { KeyMetadata } = await api.kms.send(new CreateKeyCommand({ MultiRegion: true }))
    const KmsKeyArn = KeyMetadata?.Arn
    const KeyConfiguration = { KeyType: 'CUSTOMER_MANAGED_KEY' as const, KmsKeyArn }
    const poolId = await api.makePool({ KeyConfiguration })
    await api.kms.send(new DisableKeyCommand({ KeyId: KmsKeyArn }))
    await waitFor(async () => (await alarms()).length > 0, { what: 'the alarm' })
    const [alarm] = await alarms()
    assert.equal(alarm?.['Name'], 'KeyRefused')
    assert.equal(alarm?.['Subject'], poolId)
    assert.match(String(alarm?.['Text']), /refuses the service: kms:\w+ \(disabled\)/)
    assert.ok(Number(alarm?.['Since']) <= Date.now() / 1000)
    await sql`
      insert into key_health values
        ('us-west-2_gone', now(), 'arn', 'kms:Decrypt', 'disabled', now())`
    assert.equal((await alarms()).length, 1)
    await api.kms.send(new EnableKeyCommand({ KeyId: KmsKeyArn }))
    await waitFor(async () => (await alarms()).length === 0, { what: 'no alarm' })
  })

  test('shows nothing to a key without the permission', async () => {
    const PolicyDocument = JSON.stringify({
      Statement: [{ Effect: 'Allow', Action: ['twinpool:ListPools'], Resource: '*' }],
    })
    const { AccessKey } = await callAny([at()], 'CreateAccessKey', { PolicyDocument })
    const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey as Record<string, string>
    const key = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
    await tryCall(at(api.endpoint, key), 'ListPools', {})
    for (const operation of ['ListNodes', 'ListLagSamples', 'ListAlarms', 'SendTestLogEvent']) {
      await assert.rejects(
        tryCall(at(api.endpoint, key), operation, { UserPoolId: 'us-west-2_absent' }),
        /AccessDeniedException/,
        operation,
      )
    }
  })

  test('has no samples without a peer', async () => {
    const output = await callAny([at()], 'ListLagSamples', {})
    assert.deepEqual(output, { RegionName: REGION, Samples: [] })
  })
})
