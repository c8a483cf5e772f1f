// Runs user imports, one after the other: chunk by chunk, each in a transaction of its own. A job
// whose process died is found here by looking, and goes on at the chunk that was not committed.

import type { PoolKeys } from '#app/crypto/pool-keys.js'
import {
  type ImportServices,
  type ReadChunk,
  readChunk,
  writeChunk,
} from '#app/imports/import-chunk.js'
import { chunkContext } from '#app/imports/upload.js'
import { textOf } from '#base/bytes.js'
import type { Logger } from '#base/log.js'
import { headerOf, parseHeader } from '#domain/user-import/csv.js'
import { STOPPED_MESSAGE, TOO_MANY_MESSAGE } from '#domain/user-import/log.js'
import type { ImportFile } from '#domain/user-import/record.js'
import { asPrimary, type PrimaryPool } from '#ports/capability.js'
import type { Pools } from '#ports/directory.js'
import type { Metrics } from '#ports/metrics.js'
import type { UserImport, UserImports } from '#ports/user-imports.js'
import { periodic, type Reconciler } from './reconciler.js'

export interface UserImportOptions extends ImportServices {
  readonly pools: Pick<Pools, 'find'>
  readonly userImports: UserImports
  readonly poolKeys: PoolKeys
  readonly log: Logger
  readonly metrics: Metrics
  readonly intervalMs: number
}

export function userImportsReconciler(options: UserImportOptions): Reconciler {
  const { pools, userImports, log } = options
  return periodic('user-imports', options.intervalMs, async (signal) => {
    for (const { poolId, jobId } of await userImports.live()) {
      try {
        const found = await pools.find(poolId)
        const pool = found && asPrimary(found)
        if (pool !== undefined) await runJob(options, pool, { jobId, signal })
      } catch (error) {
        // Such as a pool whose key refuses: the jobs of others go on.
        log.error('a user import is tried again', { pool: poolId, jobId, error })
      }
      if (signal.aborted) return
    }
  })
}

async function runJob(
  options: UserImportOptions,
  pool: PrimaryPool,
  { jobId, signal }: { readonly jobId: string; readonly signal: AbortSignal },
): Promise<void> {
  const { userImports, clock } = options
  await userImports.move(pool, jobId, {
    from: ['Pending'],
    to: 'InProgress',
    atMs: clock.nowMs(),
  })
  let file: ImportFile | undefined
  let ahead: ChunkAhead | undefined
  while (!signal.aborted) {
    const job = await userImports.find(pool, jobId)
    if (job?.status === 'Stopping') return end(options, pool, job, 'Stopped', STOPPED_MESSAGE)
    if (job?.status !== 'InProgress' || job.uploadId === undefined) return
    if (file === undefined) {
      const header = await headerOfJob(options, pool, job)
      if (header.kind === 'problem') return end(options, pool, job, 'Failed', header.problem)
      file = { columns: header.columns, hashAlgorithm: job.hashAlgorithm }
    }
    const chunk = job.nextChunk
    const read = await (ahead?.chunk === chunk ? ahead : readAhead(options, pool, job, file)).read
    if (read === undefined) return finish(options, pool, job)
    // The next lines are read while the database writes these.
    ahead = readAhead(options, pool, { ...job, nextChunk: chunk + 1 }, file)
    await writeChunk(options, pool, read)
  }
}

/** A chunk that is being read; undefined when there is none. */
interface ChunkAhead {
  readonly chunk: number
  readonly read: Promise<ReadChunk | undefined>
}

function readAhead(
  options: UserImportOptions,
  pool: PrimaryPool,
  job: UserImport,
  file: ImportFile,
): ChunkAhead {
  const { jobId, nextChunk: chunk } = job
  const read = async () => {
    // Chunk 0 is the header.
    const opened = await openChunk(options, pool, job, chunk + 1)
    return opened && readChunk(options, pool, { ...opened, jobId, chunk, file })
  }
  const reading = read()
  // Whoever waits for it is told; nobody does when the job ends before.
  reading.catch(() => undefined)
  return { chunk, read: reading }
}

async function openChunk(
  { userImports, poolKeys }: UserImportOptions,
  pool: PrimaryPool,
  { jobId, uploadId = '' }: UserImport,
  chunk: number,
) {
  const place = { jobId, uploadId, chunk }
  const found = await userImports.chunk(pool, place)
  if (found === undefined) return undefined
  const cipher = await poolKeys.cipher(pool)
  const { firstLine, linesSealed } = found
  return { firstLine, lines: cipher.open(chunkContext(place), linesSealed) }
}

async function headerOfJob(options: UserImportOptions, pool: PrimaryPool, job: UserImport) {
  const opened = await openChunk(options, pool, job, 0)
  const line = opened === undefined ? '' : textOf(opened.lines)
  const wanted = headerOf(pool.settings.schemaAttributes)
  return parseHeader(line, { wanted, hasHashes: job.hashAlgorithm !== undefined })
}

/** A job that imported nobody has failed. */
function finish(options: UserImportOptions, pool: PrimaryPool, job: UserImport): Promise<void> {
  const { imported, skipped, failed } = job
  const isInVain = imported === 0 && skipped + failed > 0
  return isInVain
    ? end(options, pool, job, 'Failed', TOO_MANY_MESSAGE)
    : end(options, pool, job, 'Succeeded', undefined)
}

async function end(
  { userImports, clock, log, metrics }: UserImportOptions,
  pool: PrimaryPool,
  { jobId, imported, skipped, failed }: UserImport,
  status: 'Stopped' | 'Failed' | 'Succeeded',
  message: string | undefined,
): Promise<void> {
  await userImports.move(pool, jobId, {
    from: ['InProgress', 'Stopping'],
    to: status,
    atMs: clock.nowMs(),
    ...(message !== undefined && { message }),
  })
  await userImports.removeChunks(pool, jobId)
  for (const [result, lines] of Object.entries({ imported, skipped, failed })) {
    metrics.count('twinpool_import_rows_total', { result }, lines)
  }
  log.info('user import ended', { pool: pool.id, jobId, status, imported, skipped, failed })
}
