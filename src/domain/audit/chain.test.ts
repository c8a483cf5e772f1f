import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type AuditEntry, auditKey, baseBreak, baseMac, chainBreak, linkedEntry } from './chain.js'

const KEY = auditKey(new Uint8Array(32).fill(7), 'us-west-2')
const GENESIS = { seq: 0, hash: new Uint8Array(32) }
const START = Date.UTC(2026, 0, 1)

function chainOf(count: number, key = KEY): AuditEntry[] {
  const entries: AuditEntry[] = []
  for (let at = 0; at < count; at += 1) {
    const atMs = START + at
    const entry = JSON.stringify({ at: new Date(atMs).toISOString(), operation: `Call${at}` })
    entries.push(linkedEntry(key, entries.at(-1) ?? GENESIS, { atMs, entry }))
  }
  return entries
}

describe('the chain of the audit', () => {
  it('is whole as it was made, and from any link on', () => {
    const entries = chainOf(5)
    assert.equal(chainBreak(KEY, GENESIS, entries), undefined)
    const second = entries[1] ?? GENESIS
    assert.equal(chainBreak(KEY, second, entries.slice(2)), undefined)
    assert.equal(chainBreak(KEY, GENESIS, []), undefined)
  })

  it('breaks at every change of an entry, at every one that is missing, added or moved', () => {
    const changes: ((entry: AuditEntry) => Partial<AuditEntry>)[] = [
      ({ entry }) => ({ entry: entry.replace('Call', 'Gall') }),
      ({ atMs }) => ({ atMs: atMs + 1 }),
      ({ hash }) => ({ hash: hash.map((byte) => byte ^ 1) }),
      () => ({ hash: new Uint8Array() }),
    ]
    fc.assert(
      fc.property(fc.nat(9), fc.constantFrom(...changes), (at, change) => {
        const entries = chainOf(10)
        const victim = entries[at]
        if (victim === undefined) return
        const changed = entries.with(at, { ...victim, ...change(victim) })
        assert.equal(chainBreak(KEY, GENESIS, changed)?.problem, 'changed')
        const without = entries.toSpliced(at, 1)
        if (at < 9) assert.equal(chainBreak(KEY, GENESIS, without)?.problem, 'missing')
        const twice = entries.toSpliced(at, 0, victim)
        assert.equal(chainBreak(KEY, GENESIS, twice)?.seq, at + 2)
      }),
    )
    const renumbered = chainOf(3)
      .toSpliced(0, 1)
      .map((each) => ({ ...each, seq: each.seq - 1 }))
    assert.deepEqual(chainBreak(KEY, GENESIS, renumbered), { seq: 1, problem: 'changed' })
  })

  it('cannot be made anew without the key, nor by the key of another Region', () => {
    for (const other of [
      auditKey(new Uint8Array(32).fill(8), 'us-west-2'),
      auditKey(new Uint8Array(32).fill(7), 'us-east-1'),
    ]) {
      assert.deepEqual(chainBreak(KEY, GENESIS, chainOf(3, other)), { seq: 1, problem: 'changed' })
    }
  })

  it('begins where the service has removed entries, and nowhere else', () => {
    const [first, second, third] = chainOf(3)
    assert.ok(first && second && third)
    const base = { seq: first.seq, hash: first.hash, mac: baseMac(KEY, first) }
    assert.equal(baseBreak(KEY, base), undefined)
    assert.equal(chainBreak(KEY, base, [second, third]), undefined)
    const moved = { ...base, seq: second.seq, hash: second.hash }
    assert.deepEqual(baseBreak(KEY, moved), { seq: 2, problem: 'base' })
    assert.equal(baseBreak(KEY, { ...GENESIS, mac: new Uint8Array() }), undefined)
    assert.equal(baseBreak(KEY, { ...GENESIS, hash: first.hash, mac: base.mac })?.problem, 'base')
  })
})
