// The audit of this Region, for those who look at it: its entries, and whether its chain is whole.
import { isObject } from '#base/json.js'
import type { AuditEntry, AuditLink } from '#domain/audit/chain.js'
import { type AdminInput, type AdminOperation, invalid } from './admin-operation.js'

const SEQ_MAX = Number.MAX_SAFE_INTEGER - 1
const HASH = /^[0-9a-f]{64}$/

/** Lists entries: the newest first, or the oldest first after a number. */
export const ListAuditEntries: AdminOperation = {
  name: 'ListAuditEntries',
  async run({ trail, region }, input) {
    const limit = input.count('MaxResults', { fallback: 60, max: 1000 })
    const after = optionalSeq(input, 'After')
    const before = optionalSeq(input, 'Before') ?? SEQ_MAX
    if (after !== undefined && before !== SEQ_MAX) throw invalid('Give After or Before, not both.')
    const entries = await trail.list(
      after === undefined
        ? { order: 'before', seq: before, limit }
        : { order: 'after', seq: after, limit },
    )
    return { Entries: entries.map((entry) => toEntryShape(region, entry)) }
  },
}

/** Verifies a slice of the chain; `LastSequence` is the `After` of the next one. */
export const VerifyAuditTrail: AdminOperation = {
  name: 'VerifyAuditTrail',
  async run({ trail, region }, input) {
    const verdict = await trail.verify({
      after: optionalSeq(input, 'After'),
      noted: notedOf(input),
    })
    const { verified, lastSeq, isEnd, head, firstBreak, isNotedHash } = verdict
    return {
      RegionName: region,
      Verified: verified,
      LastSequence: lastSeq,
      IsEnd: isEnd,
      Head: { Sequence: head.seq, Hash: hexOf(head.hash) },
      ...(firstBreak && { Break: { Sequence: firstBreak.seq, Problem: firstBreak.problem } }),
      ...(isNotedHash !== undefined && { IsNotedHash: isNotedHash }),
    }
  },
}

/** A number from 0 on. */
function optionalSeq(input: AdminInput, name: string): number | undefined {
  const text = input.optionalText(name, 16)
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw invalid(`${name} must be the number of an entry, as a text.`)
  return Number(text)
}

function notedOf(input: AdminInput): AuditLink | undefined {
  const seq = optionalSeq(input, 'NotedSequence')
  const hash = input.optionalText('NotedHash', 64)
  if (seq === undefined && hash === undefined) return undefined
  if (seq === undefined || hash === undefined || !HASH.test(hash)) {
    throw invalid('NotedSequence and NotedHash are of one entry, the hash in hexadecimal digits.')
  }
  return { seq, hash: Buffer.from(hash, 'hex') }
}

function toEntryShape(region: string, { seq, entry, hash }: AuditEntry) {
  return { RegionName: region, Sequence: seq, Hash: hexOf(hash), Entry: contentOf(entry) }
}

/** What somebody made of it by hand may be no JSON any more. */
function contentOf(entry: string): unknown {
  try {
    const content: unknown = JSON.parse(entry)
    return isObject(content) ? content : { text: entry }
  } catch {
    return { text: entry }
  }
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
