// Jobs of user import in the pool's primary Region: their state, the uploaded file in sealed chunks
// of whole lines, and what became of each line.
import type { HashAlgorithm } from '#domain/credential/password-hash.js'
import type { Pool, PrimaryPool } from './capability.js'
import type { UserRow } from './directory.js'

/** UserImportJobStatusType. `Expired` is not stored: it follows from the time of creation. */
export type UserImportStatus =
  | 'Created'
  | 'Pending'
  | 'InProgress'
  | 'Stopping'
  | 'Stopped'
  | 'Succeeded'
  | 'Failed'

/** A job about to be created. */
export interface NewUserImport {
  readonly jobId: string
  readonly name: string
  readonly roleArn: string
  /** Of which the file has hashes; absent where it has none. */
  readonly hashAlgorithm: HashAlgorithm | undefined
  /** SHA-256 of what the upload's URL bears. */
  readonly uploadHash: Uint8Array
  readonly createdAtMs: number
}

/** A job of user import. */
export interface UserImport extends NewUserImport {
  /** Where the job is in the list. */
  readonly position: string
  readonly status: UserImportStatus
  /** Absent until a file was uploaded as a whole. */
  readonly uploadId: string | undefined
  readonly nextChunk: number
  readonly imported: number
  readonly skipped: number
  readonly failed: number
  readonly completionMessage: string | undefined
  readonly startedAtMs: number | undefined
  readonly completedAtMs: number | undefined
}

/** Which part of which upload. */
export interface ChunkPlace {
  readonly jobId: string
  readonly uploadId: string
  readonly chunk: number
}

/** Whole lines of an uploaded file. Chunk 0 is the header. */
export interface UserImportChunk {
  readonly firstLine: number
  readonly linesSealed: Uint8Array
}

/** What became of the lines of a chunk. */
export interface ChunkResult {
  readonly imported: number
  readonly skipped: number
  readonly failed: number
  readonly log: string
}

/** Jobs of user import. */
export interface UserImports {
  /** Refuses when the pool has `max` jobs. */
  insert(
    pool: PrimaryPool,
    job: NewUserImport,
    options: { readonly max: number },
  ): Promise<'inserted' | 'too-many'>
  find(pool: Pool, jobId: string): Promise<UserImport | undefined>
  /** The newest first, after a position. */
  page(
    pool: Pool,
    options: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly UserImport[]>
  /** Jobs of any pool that are to be run or stopped, the oldest first. */
  live(): Promise<readonly { readonly poolId: string; readonly jobId: string }[]>
  /** Whether the job was in one of the states and now is in another. */
  move(
    pool: PrimaryPool,
    jobId: string,
    change: {
      readonly from: readonly UserImportStatus[]
      readonly to: UserImportStatus
      readonly atMs: number
      readonly message?: string
    },
  ): Promise<boolean>
  addChunk(pool: PrimaryPool, place: ChunkPlace, chunk: UserImportChunk): Promise<void>
  /** Makes an upload the job's file, unless the job was started; those of the one before go. */
  useUpload(
    pool: PrimaryPool,
    upload: { readonly jobId: string; readonly uploadId: string },
  ): Promise<'used' | 'started'>
  chunk(pool: Pool, place: ChunkPlace): Promise<UserImportChunk | undefined>
  /** Takes the next chunk in this transaction, unless it was taken or the job stopped. */
  take(pool: PrimaryPool, place: Omit<ChunkPlace, 'uploadId'>): Promise<boolean>
  /** Inserts users whose names nobody has; returns their subs. */
  insertUsers(pool: PrimaryPool, users: readonly UserRow[]): Promise<ReadonlySet<string>>
  /** Adds the result of a chunk that this transaction took. */
  record(pool: PrimaryPool, place: Omit<ChunkPlace, 'uploadId'>, result: ChunkResult): Promise<void>
  /** Removes what was uploaded for the job. */
  removeChunks(pool: PrimaryPool, jobId: string): Promise<void>
  /** Log lines of a chunk. */
  log(pool: Pool, place: Omit<ChunkPlace, 'uploadId'>): Promise<string | undefined>
}
