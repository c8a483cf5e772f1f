// Jobs of user import. Users come in by one statement for a chunk of lines.
import { isUuid } from '#base/uuid.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { UserRow } from '#ports/directory.js'
import type {
  ChunkPlace,
  ChunkResult,
  NewUserImport,
  UserImport,
  UserImportChunk,
  UserImportStatus,
  UserImports,
} from '#ports/user-imports.js'
import type { Queryable } from '../connection/connection.js'
import { lockName } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at, bigints, type Nullable } from '../connection/values.js'

type StoredJob = Nullable<
  UserImport,
  'hashAlgorithm' | 'uploadId' | 'completionMessage' | 'startedAtMs' | 'completedAtMs'
>

const LONGEST_POSITION = 18

export class PostgresUserImports extends Repository implements UserImports {
  async insert(
    pool: PrimaryPool,
    job: NewUserImport,
    { max }: { readonly max: number },
  ): Promise<'inserted' | 'too-many'> {
    return this.connection.atomically(async (connection) => {
      await lockName(connection, `user imports of ${pool.id}`)
      const { count } = await connection.query(
        (sql) => sql`
          insert into user_imports (user_pool_id, job_id, name, role_arn, hash_algorithm, status,
            upload_hash, created_at)
          select ${pool.id}, ${job.jobId}, ${job.name}, ${job.roleArn},
                 ${job.hashAlgorithm ?? null}, 'Created', ${job.uploadHash}::bytea,
                 ${at(job.createdAtMs)}::timestamptz
           where (select count(*) from user_imports where user_pool_id = ${pool.id}) < ${max}`,
      )
      return count > 0 ? 'inserted' : 'too-many'
    })
  }

  async find(pool: Pool, jobId: string): Promise<UserImport | undefined> {
    const [row] = await this.query(
      (sql) => sql<StoredJob[]>`
        select ${columns(sql)} from user_imports
         where user_pool_id = ${pool.id} and job_id = ${jobId}`,
    )
    return row && toJob(row)
  }

  async page(
    pool: Pool,
    { after, limit }: { readonly after: string | undefined; readonly limit: number },
  ): Promise<readonly UserImport[]> {
    const before = after ?? '9'.repeat(LONGEST_POSITION)
    const rows = await this.query(
      (sql) => sql<StoredJob[]>`
        select ${columns(sql)} from user_imports
         where user_pool_id = ${pool.id} and seq < ${before}::bigint
         order by seq desc limit ${limit}`,
    )
    return rows.map(toJob)
  }

  async live(): Promise<readonly { readonly poolId: string; readonly jobId: string }[]> {
    return this.query(
      (sql) => sql<{ poolId: string; jobId: string }[]>`
        select user_pool_id as "poolId", job_id as "jobId" from user_imports
         where status in ('Pending', 'InProgress', 'Stopping') order by seq limit 100`,
    )
  }

  async move(
    pool: PrimaryPool,
    jobId: string,
    change: {
      readonly from: readonly UserImportStatus[]
      readonly to: UserImportStatus
      readonly atMs: number
      readonly message?: string
    },
  ): Promise<boolean> {
    const { from, to, atMs, message = null } = change
    const isOver = to === 'Stopped' || to === 'Succeeded' || to === 'Failed'
    return this.changes(
      (sql) => sql`
        update user_imports set status = ${to},
          completion_message = coalesce(${message}, completion_message),
          started_at = coalesce(started_at, ${at(to === 'Pending' ? atMs : undefined)}),
          completed_at = coalesce(completed_at, ${at(isOver ? atMs : undefined)})
         where user_pool_id = ${pool.id} and job_id = ${jobId}
           and status in ${sql([...from])}`,
    )
  }

  async addChunk(
    pool: PrimaryPool,
    { jobId, uploadId, chunk }: ChunkPlace,
    { firstLine, linesSealed }: UserImportChunk,
  ): Promise<void> {
    await this.query(
      (sql) => sql`
        insert into user_import_chunks (user_pool_id, job_id, upload_id, chunk, first_line,
          lines_sealed)
        values (${pool.id}, ${jobId}, ${uploadId}, ${chunk}, ${firstLine}, ${linesSealed})`,
    )
  }

  async useUpload(
    pool: PrimaryPool,
    { jobId, uploadId }: { readonly jobId: string; readonly uploadId: string },
  ): Promise<'used' | 'started'> {
    // Only the chunks of the upload that it replaces go: those of one that is being received now
    // may be the file next.
    const isUsed = await this.changes(
      (sql) => sql`
        with job as (
          select upload_id as replaced from user_imports
           where user_pool_id = ${pool.id} and job_id = ${jobId} and status = 'Created'
             for update),
        gone as (
          delete from user_import_chunks c using job
           where c.user_pool_id = ${pool.id} and c.job_id = ${jobId}
             and c.upload_id = job.replaced)
        update user_imports set upload_id = ${uploadId} from job
         where user_pool_id = ${pool.id} and job_id = ${jobId}`,
    )
    return isUsed ? 'used' : 'started'
  }

  async chunk(pool: Pool, place: ChunkPlace): Promise<UserImportChunk | undefined> {
    if (!isUuid(place.uploadId)) return undefined
    const [row] = await this.query(
      (sql) => sql<{ firstLine: string; linesSealed: Uint8Array }[]>`
        select first_line as "firstLine", lines_sealed as "linesSealed" from user_import_chunks
         where user_pool_id = ${pool.id} and job_id = ${place.jobId}
           and upload_id = ${place.uploadId} and chunk = ${place.chunk}`,
    )
    return row && { firstLine: Number(row.firstLine), linesSealed: row.linesSealed }
  }

  async take(
    pool: PrimaryPool,
    { jobId, chunk }: { readonly jobId: string; readonly chunk: number },
  ): Promise<boolean> {
    return this.changes(
      (sql) => sql`
        update user_imports set next_chunk = next_chunk + 1
         where user_pool_id = ${pool.id} and job_id = ${jobId} and next_chunk = ${chunk}
           and status = 'InProgress'`,
    )
  }

  async insertUsers(pool: PrimaryPool, users: readonly UserRow[]): Promise<ReadonlySet<string>> {
    if (users.length === 0) return new Set()
    const rows = await this.query(
      (sql) => sql<{ sub: string }[]>`
        insert into users (user_pool_id, sub, username_hash, email_hash, phone_number_hash,
          preferred_username_hash, search_terms, status, is_enabled, profile_sealed,
          credential_sealed, factors_sealed, version, created_at, modified_at)
        select ${pool.id}, u.sub, decode(u.username, 'hex'), decode(u.email, 'hex'),
               decode(u.phone, 'hex'), decode(u.preferred, 'hex'), u.terms::bigint[], u.status,
               u.is_enabled, decode(u.profile, 'hex'), decode(u.credential, 'hex'),
               decode(u.factors, 'hex'), 1, u.created_at, u.created_at
          from json_to_recordset(${JSON.stringify(users.map(toText))}::text::json) as u
            (sub uuid, username text, email text, phone text, preferred text, terms text,
             status text, is_enabled boolean, profile text, credential text, factors text,
             created_at timestamptz)
        on conflict do nothing returning sub`,
    )
    return new Set(rows.map(({ sub }) => sub))
  }

  async record(
    pool: PrimaryPool,
    { jobId, chunk }: { readonly jobId: string; readonly chunk: number },
    { imported, skipped, failed, log }: ChunkResult,
  ): Promise<void> {
    await this.query(
      (sql) => sql`
        with logged as (
          insert into user_import_logs (user_pool_id, job_id, chunk, lines)
          values (${pool.id}, ${jobId}, ${chunk}, ${log}) on conflict do nothing)
        update user_imports set imported = imported + ${imported},
          skipped = skipped + ${skipped}, failed = failed + ${failed}
         where user_pool_id = ${pool.id} and job_id = ${jobId}`,
    )
  }

  async removeChunks(pool: PrimaryPool, jobId: string): Promise<void> {
    await this.query(
      (sql) => sql`
        delete from user_import_chunks where user_pool_id = ${pool.id} and job_id = ${jobId}`,
    )
  }

  async log(
    pool: Pool,
    { jobId, chunk }: { readonly jobId: string; readonly chunk: number },
  ): Promise<string | undefined> {
    const [row] = await this.query(
      (sql) => sql<{ lines: string }[]>`
        select lines from user_import_logs
         where user_pool_id = ${pool.id} and job_id = ${jobId} and chunk = ${chunk}`,
    )
    return row?.lines
  }
}

function columns(sql: Queryable) {
  const ms = (column: string, name: string) =>
    `(extract(epoch from ${column}) * 1000)::float8 as "${name}"`
  return sql.unsafe(`
    job_id as "jobId", seq::text as position, name, role_arn as "roleArn",
    hash_algorithm as "hashAlgorithm", status,
    upload_hash as "uploadHash", upload_id as "uploadId", next_chunk as "nextChunk",
    imported::float8 as imported, skipped::float8 as skipped, failed::float8 as failed,
    completion_message as "completionMessage", ${ms('created_at', 'createdAtMs')},
    ${ms('started_at', 'startedAtMs')}, ${ms('completed_at', 'completedAtMs')}`)
}

function toJob(row: StoredJob): UserImport {
  return {
    ...row,
    hashAlgorithm: row.hashAlgorithm ?? undefined,
    uploadId: row.uploadId ?? undefined,
    completionMessage: row.completionMessage ?? undefined,
    startedAtMs: row.startedAtMs ?? undefined,
    completedAtMs: row.completedAtMs ?? undefined,
  }
}

function hex(value: Uint8Array | undefined): string | undefined {
  if (value === undefined) return undefined
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
}

/** A row as JSON has it: bytes in hexadecimal, absent ones left out. */
function toText(user: UserRow) {
  return {
    sub: user.sub,
    username: hex(user.usernameHash),
    email: hex(user.emailHash),
    phone: hex(user.phoneNumberHash),
    preferred: hex(user.preferredUsernameHash),
    terms: bigints(user.searchTerms),
    status: user.status,
    is_enabled: user.isEnabled,
    profile: hex(user.profileSealed),
    credential: hex(user.credentialSealed),
    factors: hex(user.factorsSealed),
    created_at: new Date(user.createdAtMs).toISOString(),
  }
}
