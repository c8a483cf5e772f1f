// The file of a user import, as it arrives: cut into chunks of whole lines, each sealed under the
// pool's key and stored before the next is read, so that a file of any length takes the memory of
// one chunk. A file that was not received as a whole is never used.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { ChunkPlace, UserImport, UserImports } from '#ports/user-imports.js'

// Cognito: API reference, UserImportJobType (PreSignedUrl), 2026.
const UPLOAD_MS = 15 * 60_000
const CHUNK_BYTES = 64 * 1024
const LINE_BYTES_MAX = 64 * 1024
const NEWLINE = 10

export interface UploadServices {
  readonly userImports: UserImports
  readonly poolKeys: PoolKeys
  readonly clock: Clock
  readonly random: Random
  readonly limits: UploadLimits
}

export interface UploadLimits {
  readonly bytesMax: number
  readonly rowsMax: number
}

export type UploadOutcome = 'stored' | 'started' | 'too-large' | 'too-many-rows' | 'line-too-long'

/** The hash of what an upload's URL bears. */
export function uploadHash(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

/** Whether a file may be uploaded for the job by who has the token. */
export function mayUpload(job: UserImport, token: string, nowMs: number): boolean {
  return (
    timingSafeEqual(uploadHash(token), job.uploadHash) &&
    job.status === 'Created' &&
    nowMs <= job.createdAtMs + UPLOAD_MS
  )
}

/** Where a chunk's field belongs. */
export function chunkContext({ jobId, uploadId, chunk }: ChunkPlace) {
  const row = `${jobId}/${uploadId}/${chunk}`
  return { table: 'user_import_chunks', column: 'lines_sealed', row }
}

/** Stores a file for the job. */
export async function storeUpload(
  services: UploadServices,
  pool: PrimaryPool,
  jobId: string,
  body: AsyncIterable<Uint8Array>,
): Promise<UploadOutcome> {
  const { userImports, poolKeys, random, limits } = services
  const uploadId = random.uuid()
  let chunk = 0
  let line = 1
  const store = async (lines: Uint8Array) => {
    const place = { jobId, uploadId, chunk }
    const linesSealed = (await poolKeys.cipher(pool)).seal(chunkContext(place), lines)
    await userImports.addChunk(pool, place, { firstLine: line, linesSealed })
    chunk += 1
    line += countLines(lines)
  }
  let rest = Buffer.alloc(0)
  let bytes = 0
  let refusal: UploadOutcome | undefined
  const take = async (): Promise<UploadOutcome | undefined> => {
    for (;;) {
      const isHeader = chunk === 0
      if (!isHeader && rest.length < CHUNK_BYTES) return undefined
      const cut = isHeader ? rest.indexOf(NEWLINE) : rest.lastIndexOf(NEWLINE, CHUNK_BYTES - 1)
      if (cut < 0) return rest.length > LINE_BYTES_MAX ? 'line-too-long' : undefined
      await store(rest.subarray(0, cut + 1))
      rest = rest.subarray(cut + 1)
      if (line - 2 > limits.rowsMax) return 'too-many-rows'
    }
  }
  // What is refused is read to its end, since a client hears nothing while it sends, but not for
  // ever.
  for await (const part of body) {
    bytes += part.length
    if (bytes > limits.bytesMax) refusal ??= 'too-large'
    if (bytes > 2 * limits.bytesMax) break
    if (refusal !== undefined) continue
    rest = Buffer.concat([rest, part])
    refusal = await take()
  }
  if (refusal !== undefined) return refusal
  if (rest.length > 0) await store(rest)
  if (line - 2 > limits.rowsMax) return 'too-many-rows'
  const used = await userImports.useUpload(pool, { jobId, uploadId })
  return used === 'used' ? 'stored' : used
}

/** The last line of a file need not end. */
function countLines(lines: Uint8Array): number {
  let count = 0
  for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, at + 1)) count += 1
  return lines.at(-1) === NEWLINE ? count : count + 1
}
