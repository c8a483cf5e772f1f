// The chain of the audit. Each entry's hash is a MAC over its number, its text and the hash before
// it, under a key that is derived from the service key. So who can write to the database but has no
// service key cannot change, add, remove or reorder entries without a break that verification
// finds. What it cannot see by itself is that the newest entries are missing together with every
// trace of them; for that a head that was noted elsewhere is compared.
import { createHmac, hkdfSync } from 'node:crypto'
import { equalBytes, utf8 } from '#base/bytes.js'

/** A place in the chain. */
export interface AuditLink {
  readonly seq: number
  readonly hash: Uint8Array
}

/** An entry as it is stored. */
export interface AuditEntry extends AuditLink {
  readonly atMs: number
  /** JSON, as it was written. */
  readonly entry: string
}

/** Where the chain begins. */
export interface AuditBase extends AuditLink {
  /** Of no bytes while nothing was removed. */
  readonly mac: Uint8Array
}

/** What is wrong with a chain, and from which entry on. */
export interface AuditBreak {
  readonly seq: number
  readonly problem: 'missing' | 'changed' | 'base' | 'head'
}

/** The hash before the first entry. */
const GENESIS = new Uint8Array(32)

/** The key of a Region's chain. */
export function auditKey(serviceKey: Uint8Array, region: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', serviceKey, '', `twinpool audit ${region}`, 32))
}

/** The entry that follows a link. */
export function linkedEntry(
  key: Uint8Array,
  before: AuditLink,
  { atMs, entry }: Pick<AuditEntry, 'atMs' | 'entry'>,
): AuditEntry {
  const seq = before.seq + 1
  return { seq, atMs, entry, hash: hashOf(key, before, entry) }
}

function hashOf(key: Uint8Array, before: AuditLink, entry: string): Uint8Array {
  return macOf(key, ['entry', String(before.seq + 1)], before.hash, utf8(entry))
}

/** What makes a base one that the service has written. */
export function baseMac(key: Uint8Array, { seq, hash }: AuditLink): Uint8Array {
  return macOf(key, ['base', String(seq)], hash)
}

/** The break of a base; undefined: it is sound. */
export function baseBreak(key: Uint8Array, { seq, hash, mac }: AuditBase): AuditBreak | undefined {
  const isSound =
    seq === 0
      ? equalBytes(hash, GENESIS) && mac.length === 0
      : equalBytes(mac, baseMac(key, { seq, hash }))
  return isSound ? undefined : { seq, problem: 'base' }
}

/** The first break of entries that follow a link; undefined: there is none. */
export function chainBreak(
  key: Uint8Array,
  before: AuditLink,
  entries: readonly AuditEntry[],
): AuditBreak | undefined {
  let last = before
  for (const entry of entries) {
    if (entry.seq !== last.seq + 1) return { seq: last.seq + 1, problem: 'missing' }
    // The moment beside the text is what decides when an entry goes.
    const isItsMoment = entry.entry.startsWith(`{"at":"${new Date(entry.atMs).toISOString()}"`)
    if (!isItsMoment || !equalBytes(entry.hash, hashOf(key, last, entry.entry))) {
      return { seq: entry.seq, problem: 'changed' }
    }
    last = entry
  }
  return undefined
}

/** Parts of a known number; the words in front have no zero byte, which ends each of them. */
function macOf(
  key: Uint8Array,
  words: readonly string[],
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const mac = createHmac('sha256', key)
  for (const word of words) mac.update(`${word}\0`)
  for (const part of parts) mac.update(part)
  return new Uint8Array(mac.digest())
}
