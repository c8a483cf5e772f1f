import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { alarmsOf } from './alarms.js'
import type { AlarmFacts, PeerFacts, SampleFacts } from './facts.js'

const NOW = 1_000_000_000_000
const MINUTE = 60_000
const EAST = 'us-east-1'

const PEER: PeerFacts = {
  region: EAST,
  isReceiving: true,
  isSending: true,
  isSlotLost: false,
  pendingBytes: 1000,
  sendLagMs: 5,
  lagMs: 400,
  clockSkewMs: -20,
  copy: { isFinished: true, rebuildReason: 'first contact', rebuiltAtMs: NOW - 60 * MINUTE },
  applyFailures: 7,
  rowsRepaired: 3,
  samples: [],
}
const NODE = { version: '0.1.0', isLeader: true, startedAtMs: NOW - 60 * MINUTE }

const factsWith = (peer: Partial<PeerFacts>, more: Partial<AlarmFacts> = {}): AlarmFacts => ({
  region: 'us-west-2',
  nowMs: NOW,
  peers: [{ ...PEER, ...peer }],
  nodes: [NODE],
  refusedKeys: [],
  ...more,
})

const sample = (minutesAgo: number, more: Partial<SampleFacts> = {}): SampleFacts => ({
  ...{ lagMs: 400, pendingBytes: 1000, applyFailures: 7, rowsRepaired: 3 },
  ...more,
  atMs: NOW - minutesAgo * MINUTE,
})

/** The one alarm that is on. */
function only(facts: AlarmFacts) {
  const [alarm, another] = alarmsOf(facts)
  assert.equal(another, undefined, another?.name)
  return alarm
}

describe('alarms', () => {
  test('are off in a Region that is well, also with a past', () => {
    assert.deepEqual(alarmsOf(factsWith({})), [])
    assert.deepEqual(alarmsOf(factsWith({ samples: [sample(50), sample(5)] })), [])
    assert.deepEqual(alarmsOf(factsWith({}, { peers: [] })), [])
  })

  test('a stream stands still, in each direction', () => {
    for (const isReceiving of [false, undefined]) {
      const alarm = only(factsWith({ isReceiving }))
      assert.equal(alarm?.name, 'StreamStopped')
      assert.match(alarm?.text ?? '', /Rows of us-east-1 do not stream to here; .* 0 s old\./)
    }
    assert.match(only(factsWith({ isSending: false }))?.text ?? '', /do not stream to us-east-1\./)
    assert.equal(alarmsOf(factsWith({ isSending: false, isReceiving: false })).length, 2)
  })

  test('lag, from beyond its bound on, and since when', () => {
    assert.equal(only(factsWith({ lagMs: 10_000 })), undefined)
    const samples = [sample(9, { lagMs: 20_000 }), sample(8), sample(2, { lagMs: 11_000 })]
    const alarm = only(factsWith({ lagMs: 30_000, samples }))
    assert.deepEqual(
      [alarm?.name, alarm?.severity, alarm?.subject, alarm?.sinceMs],
      ['LagHigh', 'WARNING', EAST, NOW - 2 * MINUTE],
    )
    assert.match(only(factsWith({ sendLagMs: 11_000 }))?.text ?? '', /at us-east-1 11 s late/)
  })

  test('a recovery point that is too old is critical, and comes first', () => {
    const [first, second] = alarmsOf(factsWith({ lagMs: 600_000 }))
    assert.deepEqual([first?.name, second?.name], ['RecoveryPointOld', 'LagHigh'])
    assert.match(first?.text ?? '', /us-east-1 were lost now, 10 min of its writes/)
    assert.equal(only(factsWith({ lagMs: 60_000, samples: [] }))?.name, 'LagHigh')
  })

  test('the log that is kept for a peer, and a slot that was given up', () => {
    assert.equal(only(factsWith({ pendingBytes: 2e9 })), undefined)
    const samples = [sample(3, { pendingBytes: 3e9 })]
    const alarm = only(factsWith({ pendingBytes: 2.5e9, samples }))
    assert.deepEqual([alarm?.name, alarm?.sinceMs], ['SlotGrows', NOW - 3 * MINUTE])
    assert.match(alarm?.text ?? '', /keeps 2\.5 GB of log for us-east-1/)
    assert.equal(only(factsWith({ isSlotLost: true }))?.name, 'SlotLost')
  })

  test('a copy that is being made, and why', () => {
    const copy = { isFinished: false, rebuildReason: 'its slot was lost', rebuiltAtMs: NOW - 1 }
    const alarm = only(factsWith({ copy }))
    assert.deepEqual([alarm?.name, alarm?.sinceMs], ['CopyUnfinished', NOW - 1])
    assert.match(alarm?.text ?? '', /is being made, since its slot was lost\./)
  })

  test('failures to apply, by their rise in ten minutes', () => {
    const samples = [sample(12, { applyFailures: 1 }), sample(9), sample(1, { applyFailures: 9 })]
    assert.equal(only(factsWith({ applyFailures: 12, samples })), undefined)
    const alarm = only(factsWith({ applyFailures: 13, samples }))
    assert.deepEqual([alarm?.name, alarm?.sinceMs], ['ApplyFails', NOW - MINUTE])
    assert.match(alarm?.text ?? '', / 6 times\./)
    // A subscription that was made anew counts from the beginning.
    assert.equal(only(factsWith({ applyFailures: 5, samples: [sample(9)] })), undefined)
    assert.equal(only(factsWith({ applyFailures: 6, samples: [sample(9)] }))?.name, 'ApplyFails')
  })

  test('rows that were repaired within the hour', () => {
    assert.equal(only(factsWith({ rowsRepaired: 3, samples: [sample(59)] })), undefined)
    const alarm = only(factsWith({ rowsRepaired: 5, samples: [sample(59)] }))
    assert.deepEqual([alarm?.name, alarm?.severity], ['RowsDiffered', 'CRITICAL'])
    assert.match(alarm?.text ?? '', /2 were repaired/)
    assert.equal(only(factsWith({ rowsRepaired: 5, samples: [sample(61)] })), undefined)
  })

  test('clocks, in both directions', () => {
    assert.equal(only(factsWith({ clockSkewMs: -5000 })), undefined)
    assert.match(only(factsWith({ clockSkewMs: -6000 }))?.text ?? '', /us-east-1 is 6 s behind/)
    assert.match(only(factsWith({ clockSkewMs: 6000 }))?.text ?? '', /us-east-1 is 6 s ahead/)
    assert.equal(only(factsWith({ clockSkewMs: undefined })), undefined)
  })

  test('each key that is refused', () => {
    const key = { poolId: 'us-west-2_a', action: 'kms:Decrypt', refusal: 'disabled', sinceMs: 7 }
    const alarm = only(factsWith({}, { refusedKeys: [key] }))
    assert.deepEqual(
      [alarm?.name, alarm?.subject, alarm?.sinceMs],
      ['KeyRefused', 'us-west-2_a', 7],
    )
    assert.match(alarm?.text ?? '', /kms:Decrypt \(disabled\)/)
  })

  test('a Region without a leader, and one of several versions', () => {
    const idle = { ...NODE, isLeader: false }
    assert.equal(only(factsWith({}, { nodes: [idle, idle] }))?.name, 'NoLeader')
    assert.equal(only(factsWith({}, { nodes: [] }))?.name, 'NoLeader')
    const newer = { ...idle, version: '0.2.0', startedAtMs: NOW - MINUTE }
    const later = { ...newer, startedAtMs: NOW }
    const alarm = only(factsWith({}, { nodes: [NODE, later, newer] }))
    assert.deepEqual([alarm?.name, alarm?.sinceMs], ['VersionsDiffer', NOW - MINUTE])
    assert.match(alarm?.text ?? '', /0\.1\.0, 0\.2\.0/)
  })
})
