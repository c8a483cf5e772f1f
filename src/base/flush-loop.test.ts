import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FlushLoop } from './flush-loop.js'

/** A loop over numbers, whose waits end at once. */
function stage() {
  const held: number[] = []
  const written: number[] = []
  const clock = { nowMs: () => 0, wait: async () => true }
  const loop = new FlushLoop({
    clock,
    intervalMs: 1,
    flush: async () => void written.push(...held.splice(0)),
    hasMore: () => held.length > 0,
    failed: (error) => assert.fail(String(error)),
  })
  const note = (value: number) => {
    held.push(value)
    loop.wake()
  }
  return { loop, note, written }
}

describe('FlushLoop', () => {
  it('misses nothing that comes while it comes to rest, at whichever moment', async () => {
    for (let turns = 0; turns < 20; turns += 1) {
      const { note, written } = stage()
      note(1)
      for (let turn = 0; turn < turns; turn += 1) await undefined
      note(2)
      await new Promise(setImmediate)
      assert.deepEqual(written, [1, 2], `after ${turns} turns`)
    }
  })

  it('writes at its end what came before it, and nothing that comes after', async () => {
    const { loop, note, written } = stage()
    note(1)
    await loop.close()
    note(2)
    await new Promise(setImmediate)
    assert.deepEqual(written, [1])
  })
})
