// `twinpool audit`: what administrators did and were refused in the Regions; whether the record is
// whole; and all of it, for keeping elsewhere.
import { isObject } from '#base/json.js'
import { CommandError } from './failure.js'
import { listEach, type Row, rowsIn } from './listing.js'
import { type CallFlags, reportSilent, type Target, targetsOf, tryCall } from './signed-call.js'
import { cell, renderTable } from './text.js'

export interface AuditListFlags extends CallFlags {
  readonly json: boolean
  readonly maxResults: number | undefined
}

export interface AuditVerifyFlags extends CallFlags {
  readonly json: boolean
  /** Sequence and hash of an entry that was noted elsewhere. */
  readonly noted: string | undefined
}

const VERIFY_TIMEOUT_MS = 30_000
const PAGE = 1000
const COLUMNS = ['at', 'caller', 'operation', 'event', 'outcome', 'poolId', 'keyId', 'sourceIp']

const PROBLEMS: Readonly<Record<string, string>> = {
  missing: 'is missing',
  changed: 'is not what was written',
  base: 'is where entries were removed, and not by the service',
  head: 'and what follows is missing, or the end of the chain is not what was written',
}

/** The newest entries of all Regions. */
export async function runAuditList(flags: AuditListFlags): Promise<void> {
  const { maxResults } = flags
  const listing = await listEach(await targetsOf(flags), 'ListAuditEntries', 'Entries', {
    ...(maxResults !== undefined && { MaxResults: maxResults }),
  })
  const entries = [...listing.rows].sort((a, b) => atOf(b).localeCompare(atOf(a)))
  reportSilent(listing)
  if (flags.json) console.log(JSON.stringify({ Entries: entries, SilentRegions: listing.silent }))
  else if (entries.length === 0) console.log('Nothing is recorded yet.')
  else {
    const heading = ['Region', 'Time', 'Access key', 'Operation', 'Event', 'Outcome']
    console.log(renderTable([...heading, 'Pool', 'Key', 'From'], entries.map(rowOf)))
  }
}

function contentOf(entry: Row): Row {
  return isObject(entry['Entry']) ? entry['Entry'] : {}
}

const atOf = (entry: Row) => String(contentOf(entry)['at'])

function rowOf(entry: Row): string[] {
  return [cell(entry, 'RegionName'), ...COLUMNS.map((name) => cell(contentOf(entry), name))]
}

/** Fails unless the chain of every Region is whole. */
export async function runAuditVerify(flags: AuditVerifyFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const noted = notedOf(flags.noted)
  if (noted !== undefined && targets.length > 1) {
    throw new CommandError('--noted is about one Region; give --region.')
  }
  const results = []
  for (const target of targets) results.push(await verifyRegion(target, noted))
  if (flags.json) console.log(JSON.stringify({ Regions: results }))
  else for (const result of results) console.log(sentenceOf(result))
  const isWhole = results.every(({ problem }) => problem === undefined)
  if (!isWhole) throw new CommandError('The audit is not whole.')
}

interface Result {
  readonly region: string
  readonly verified: number
  readonly head: string
  readonly problem: string | undefined
}

interface Noted {
  readonly NotedSequence: string
  readonly NotedHash: string
}

async function verifyRegion(target: Target, noted: Noted | undefined): Promise<Result> {
  const { region } = target
  let verified = 0
  let isNoted = noted === undefined
  for (let after: string | undefined; ; ) {
    const input = { ...(after !== undefined && { After: after }), ...noted }
    const answer = await tryCall(target, 'VerifyAuditTrail', input, VERIFY_TIMEOUT_MS)
    if (answer === undefined) throw new CommandError(`${region} does not answer.`)
    verified += Number(answer['Verified'])
    const { Sequence, Hash } = isObject(answer['Head']) ? answer['Head'] : {}
    const result = { region, verified, head: `${Sequence}:${Hash}` }
    const found = isObject(answer['Break']) ? answer['Break'] : undefined
    if (found !== undefined) {
      const what = PROBLEMS[String(found['Problem'])] ?? String(found['Problem'])
      return { ...result, problem: `entry ${found['Sequence']} ${what}` }
    }
    if (answer['IsNotedHash'] === false) {
      return { ...result, problem: `entry ${noted?.NotedSequence} is not the one that was noted` }
    }
    if (answer['IsNotedHash'] === true) isNoted = true
    if (answer['IsEnd'] === true) {
      const missing = `entry ${noted?.NotedSequence}, which was noted, is missing`
      return { ...result, problem: isNoted ? undefined : missing }
    }
    after = String(answer['LastSequence'])
  }
}

function notedOf(text: string | undefined): Noted | undefined {
  if (text === undefined) return undefined
  const [, NotedSequence, NotedHash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (NotedSequence === undefined || NotedHash === undefined) {
    throw new CommandError('--noted takes what an earlier verification said, <number>:<hash>.')
  }
  return { NotedSequence, NotedHash }
}

function sentenceOf({ region, verified, head, problem }: Result): string {
  if (problem !== undefined) return `${region}: ${problem}.`
  const advice = `Note ${head} elsewhere and give it to --noted later.`
  return `${region}: ${verified} entries, whole. ${advice}`
}

/** Every entry as a line of JSON, the oldest of each Region first. */
export async function runAuditExport(flags: CallFlags): Promise<void> {
  for (const target of await targetsOf(flags)) {
    for (let after = '0'; ; ) {
      const input = { After: after, MaxResults: PAGE }
      const answer = await tryCall(target, 'ListAuditEntries', input, VERIFY_TIMEOUT_MS)
      if (answer === undefined) throw new CommandError(`${target.region} does not answer.`)
      const entries = rowsIn(answer, 'Entries')
      for (const entry of entries) console.log(JSON.stringify(entry))
      if (entries.length < PAGE) break
      after = String(entries.at(-1)?.['Sequence'])
    }
  }
}
