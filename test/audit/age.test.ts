// How long the audit is kept, and that a long one is verified in slices.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { PostgresAuditEntries } from '#adapters/postgres/regional/audit.js'
import { AuditTrail } from '#app/audit/trail.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import { REGION } from '#test/support/test-api.js'

const DAY_MS = 24 * 3_600_000

describe('the age of the audit', () => {
  let storage: TestStorage
  let nowMs = Date.UTC(2026, 0, 1)
  before(async () => {
    storage = await openStorage()
  })
  after(() => storage.close())

  test('is bounded by days: the oldest go, and the rest is whole', async () => {
    const trail = new AuditTrail({
      entries: new PostgresAuditEntries(storage.database),
      clock: { nowMs: () => nowMs },
      serviceKey: new Uint8Array(32).fill(1),
      region: REGION,
      keepDays: 30,
    })
    const record = (operation: string) =>
      trail.record({
        event: 'began',
        service: 'kms',
        operation,
        requestId: 'one',
        caller: 'AKIA',
        sourceIp: '127.0.0.1',
      })
    const verified = async () => {
      const { verified, firstBreak } = await trail.verify({ after: undefined, noted: undefined })
      assert.equal(firstBreak, undefined)
      return verified
    }
    await Promise.all(['One', 'Two', 'Three'].map(record))
    nowMs += 20 * DAY_MS
    await record('Four')
    assert.equal(await trail.removeOld(), 0)
    assert.equal(await verified(), 4)
    nowMs += 10 * DAY_MS + 1
    assert.equal(await trail.removeOld(), 3)
    assert.equal(await verified(), 1)
    const [first] = await trail.list({ order: 'after', seq: 0, limit: 5 })
    assert.equal(first?.seq, 4)
    nowMs += 20 * DAY_MS
    assert.equal(await trail.removeOld(), 1)
    assert.equal(await verified(), 0)
    await record('Five')
    assert.equal(await verified(), 1)
    assert.deepEqual((await trail.list({ order: 'after', seq: 0, limit: 5 }))[0]?.seq, 5)
  })

  test('goes on by slices', async () => {
    const entries = new PostgresAuditEntries(storage.database)
    const serviceKey = new Uint8Array(32).fill(1)
    const clock = { nowMs: () => nowMs }
    const trail = new AuditTrail({ entries, clock, serviceKey, region: REGION, keepDays: 30 })
    const record = {
      event: 'ended',
      service: 'kms',
      operation: 'CreateKey',
      requestId: 'one',
      caller: 'AKIA',
      sourceIp: '127.0.0.1',
    } as const
    await Promise.all(Array.from({ length: 5010 }, () => trail.record(record)))
    const one = await trail.verify({ after: undefined, noted: undefined })
    assert.deepEqual([one.verified, one.isEnd, one.firstBreak], [5000, false, undefined])
    const two = await trail.verify({ after: one.lastSeq, noted: undefined })
    assert.deepEqual([two.verified, two.isEnd, two.firstBreak], [11, true, undefined])
    assert.equal(two.lastSeq, two.head.seq)
    const nowhere = await trail.verify({ after: 999_999, noted: undefined })
    assert.deepEqual(nowhere.firstBreak, { seq: 999_999, problem: 'missing' })
  })
})
