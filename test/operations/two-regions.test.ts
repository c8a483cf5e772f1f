// What two Regions say of each other: samples of their lag, which outlive the node that took them,
// and the alarms when one of them is gone.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import postgres from 'postgres'
import { callAny } from '#cli/signed-call.js'
import {
  EAST,
  type RegionNode,
  startTwoNodes,
  type TwoNodes,
  WEST,
} from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

type Row = Readonly<Record<string, unknown>>

/** The one peer of a sample. */
function peerOf(sample: Row | undefined): Row | undefined {
  const peers = (sample?.['Peers'] ?? []) as readonly Row[]
  assert.equal(peers.length, 1)
  return peers[0]
}

describe('two Regions that are looked at', () => {
  let stack: TwoNodes
  before(async () => {
    stack = await startTwoNodes()
  })
  after(() => stack.close())

  const list = async ({ region, endpoint }: RegionNode, operation: string, name: string) => {
    const { credentials } = stack
    const output = await callAny([{ region, endpoint, credentials }], operation, {})
    return output[name] as readonly Row[]
  }
  const samples = () => list(stack.west, 'ListLagSamples', 'Samples')
  const alarms = () => list(stack.west, 'ListAlarms', 'Alarms')
  const query = async (text: string, { databaseUrl } = stack.west) => {
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined })
    const rows = await sql.unsafe<Row[]>(text)
    await sql.end()
    return rows
  }

  test('have samples of their lag, which a node that was started anew has, too', async () => {
    const [first] = await waitFor(async () => (await samples()).length > 0 && samples(), {
      what: 'a sample',
    })
    const peer = peerOf(first)
    assert.equal(peer?.['RegionName'], EAST)
    assert.equal(typeof peer?.['PendingBytes'], 'number')
    assert.ok(Number(first?.['At']) <= Date.now() / 1000)
    await stack.west.stop()
    await stack.west.start()
    const later = await waitFor(
      async () => {
        const all = await samples()
        return all.length > 1 && all
      },
      { what: 'a sample of the new node' },
    )
    assert.deepEqual(later[0], first)
    assert.equal(typeof peerOf(later.at(-1))?.['LagMilliseconds'], 'number')
  })

  test('leave no row of a process that ended', async () => {
    await stack.west.stop()
    assert.equal((await query('select node_id from nodes')).length, 0)
    await stack.west.start()
    assert.equal((await query('select node_id from nodes')).length, 1)
  })

  test('have an alarm while one does not stream, and none when it is back', async () => {
    await waitFor(async () => (await alarms()).length === 0, { what: 'no alarm' })
    // By hand, and without a leader there that would put it back.
    await stack.east.stop()
    const [subscription] = await query('select subname from pg_subscription', stack.east)
    await query(`alter subscription ${subscription?.['subname']} disable`, stack.east)
    const [alarm] = await waitFor(async () => (await alarms()).length > 0 && alarms(), {
      what: 'an alarm',
    })
    assert.deepEqual(
      [alarm?.['Severity'], alarm?.['Name'], alarm?.['Subject'], alarm?.['RegionName']],
      ['CRITICAL', 'StreamStopped', EAST, WEST],
    )
    assert.match(String(alarm?.['Text']), /of this Region do not stream to us-east-1/)
    await stack.east.start()
    await waitFor(async () => (await alarms()).length === 0, { what: 'no alarm' })
  })

  test('have an alarm about rows that were repaired', async () => {
    await query(`
      insert into verifications (subject, region, rows_resent) values ('planted', '${EAST}', 2)`)
    const [alarm] = await alarms()
    assert.deepEqual([alarm?.['Name'], alarm?.['Subject']], ['RowsDiffered', EAST])
    assert.match(String(alarm?.['Text']), /; 2 were repaired\./)
  })
})
