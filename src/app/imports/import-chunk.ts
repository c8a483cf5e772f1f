// The lines of one chunk of a user import become users, in one transaction with the count of them
// and with the step to the next chunk: whoever goes on after a crash imports no line twice.
import { isUtf8 } from 'node:buffer'
import { nameUser } from '#app/accounts/register.js'
import type { UserRecords } from '#app/accounts/user-records.js'
import type { PoolWork } from '#app/unit-of-work.js'
import { textOf } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { isCodeEnough } from '#domain/pool/sign-in-policy.js'
import { NO_FACTORS, type UserFactors } from '#domain/user/factors.js'
import type { User } from '#domain/user/user.js'
import { failedLine, importedLine, skippedLine } from '#domain/user-import/log.js'
import { type ImportFile, type ImportRecord, recordOf } from '#domain/user-import/record.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { UserRow } from '#ports/directory.js'

export interface ImportServices {
  readonly poolWork: PoolWork
  readonly users: UserRecords
  readonly clock: Clock
  readonly random: Random
}

/** A chunk, opened. */
export interface OpenChunk {
  readonly jobId: string
  readonly chunk: number
  readonly firstLine: number
  readonly lines: Uint8Array
  readonly file: ImportFile
}

/** What becomes of a line, as far as the line itself says it. */
export type Line =
  | { readonly line: number; readonly row: UserRow }
  | { readonly line: number; readonly problem: string }

/** A user takes about 50 microseconds, most of it to seal. */
const LINES_AT_ONCE = 20
const NEWLINE = 10
const NOT_UTF8 = { kind: 'problem', problem: 'The User Record is not valid UTF-8.' } as const
const SMS_MFA: UserFactors = { mfa: { enabled: ['SMS_MFA'], preferred: 'SMS_MFA' } }

/** The lines of a chunk, read, and what is to be written of them. */
export interface ReadChunk {
  readonly jobId: string
  readonly chunk: number
  readonly lines: readonly Line[]
}

/** Writes what was read. 'lost': another process has taken the chunk, or the job was stopped. */
export async function writeChunk(
  { poolWork }: Pick<ImportServices, 'poolWork'>,
  pool: PrimaryPool,
  { jobId, chunk, lines }: ReadChunk,
): Promise<'imported' | 'lost'> {
  const rows = lines.flatMap((line) => ('row' in line ? [line.row] : []))
  return poolWork.run(pool, async ({ userImports }) => {
    if (!(await userImports.take(pool, { jobId, chunk }))) return 'lost'
    const inserted = await userImports.insertUsers(pool, rows)
    const failed = lines.length - rows.length
    await userImports.record(
      pool,
      { jobId, chunk },
      {
        imported: inserted.size,
        skipped: rows.length - inserted.size,
        failed,
        log: lines.map((line) => logLine(line, inserted)).join('\n'),
      },
    )
    return 'imported'
  })
}

function logLine(line: Line, inserted: ReadonlySet<string>): string {
  if ('problem' in line) return failedLine(line.line, line.problem)
  return inserted.has(line.row.sub) ? importedLine(line.line) : skippedLine(line.line)
}

/** Reads the lines of a chunk, and seals users; in between it lets others have the event loop. */
export async function readChunk(
  services: ImportServices,
  pool: PrimaryPool,
  { jobId, chunk, lines, firstLine, file }: OpenChunk,
): Promise<ReadChunk> {
  const read: Line[] = []
  for (const [index, text] of textsOf(lines).entries()) {
    if (text?.trim() === '') continue
    const line = firstLine + index
    const record = text === undefined ? NOT_UTF8 : recordOf(text, file, pool.settings)
    if (record.kind === 'problem') read.push({ line, problem: record.problem })
    else read.push({ line, ...(await userOf(services, pool, record)) })
    if (read.length % LINES_AT_ONCE === 0) await services.clock.wait(0)
  }
  return { jobId, chunk, lines: read }
}

/** The lines as text; undefined for those that are no UTF-8. */
function textsOf(lines: Uint8Array): readonly (string | undefined)[] {
  if (isUtf8(lines)) return textOf(lines).split('\n')
  const texts: (string | undefined)[] = []
  for (let start = 0; start <= lines.length; ) {
    const end = lines.indexOf(NEWLINE, start)
    const line = lines.subarray(start, end < 0 ? lines.length : end)
    texts.push(isUtf8(line) ? textOf(line) : undefined)
    start = end < 0 ? lines.length + 1 : end + 1
  }
  return texts
}

async function userOf(
  services: ImportServices,
  pool: PrimaryPool,
  record: ImportRecord,
): Promise<{ readonly row: UserRow } | { readonly problem: string }> {
  const by = { writable: undefined, isAdmin: true }
  const named = nameUser(services, pool, record, by)
  if (named.kind === 'refused') return { problem: named.detail ?? named.reason }
  const { passwordHash: imported } = record
  const credential = imported && { imported }
  const canSignIn = credential !== undefined || isCodeEnough(pool.settings)
  const user: User = { ...named.user, status: canSignIn ? 'CONFIRMED' : 'RESET_REQUIRED' }
  const factors = record.isMfaEnabled ? SMS_MFA : NO_FACTORS
  return { row: await services.users.sealNew(pool, user, { credential, factors }) }
}
