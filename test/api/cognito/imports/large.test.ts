// Files of many rows: what is held of them, what a job says while it runs, and what a break in the
// middle leaves.
import assert from 'node:assert/strict'
import { type ClientRequest, request } from 'node:http'
import { after, before, test } from 'node:test'
import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider'
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import {
  createJob,
  csv,
  describeJob,
  endOf,
  importLog,
  importRow,
  outcomeOf,
  startJob,
  upload,
} from '#test/support/user-imports.js'
import { waitFor } from '#test/support/wait.js'

const MEGABYTE = 1024 ** 2
/** What a node may hold of one upload: a chunk, what came behind it, and what is on its way. */
const HELD_BYTES_MAX = MEGABYTE

let api: TestApi
before(async () => {
  api = await startTestApi()
})
after(() => api.stop())

const verified = () => api.makePool({ AutoVerifiedAttributes: ['email'] })
const LONG = { address: 'x'.repeat(1000) }
const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => importRow(`user-${at}`, LONG))

function beginUpload(job: UserImportJobType): ClientRequest {
  const sent = request(required(job.PreSignedUrl, 'URL'), { method: 'PUT' })
  sent.on('error', () => undefined)
  return sent
}

async function storedBytes({ JobId = '' }: UserImportJobType): Promise<number> {
  const [row] = await api.openSql()<{ bytes: number }[]>`
    select coalesce(sum(octet_length(lines_sealed)), 0)::float8 as bytes
      from user_import_chunks where job_id = ${JobId}`
  return required(row, 'row').bytes
}

test('a file is stored while it comes, and one that breaks off is not used', async () => {
  const job = await createJob(api, await verified())
  const file = csv(rowsOf(8000))
  const half = file.slice(0, file.length / 2)
  assert.ok(half.length > 4 * MEGABYTE)
  const broken = beginUpload(job)
  broken.write(half)
  const isStored = async () => (await storedBytes(job)) > half.length - HELD_BYTES_MAX
  await waitFor(isStored, { what: 'the first half to be stored' })
  broken.destroy()
  const none = 'No CSV file was uploaded for the job.'
  await assert.rejects(startJob(api, job), { message: none })
  assert.equal((await upload(job, file)).status, 200)
  await startJob(api, job)
  assert.deepEqual(outcomeOf(await endOf(api, job)).users, [8000, 0, 0])
  await waitFor(async () => (await storedBytes(job)) === 0, { what: 'all uploads to be removed' })
})

/** Holds the job before the end of a chunk, until the transaction ends. */
async function holdAt(sql: Sql, { UserPoolId = '', JobId = '' }: UserImportJobType, chunk: number) {
  const held = await sql.reserve()
  await held`begin`
  await held`
    insert into user_import_logs (user_pool_id, job_id, chunk, lines)
    values (${UserPoolId}, ${JobId}, ${chunk}, '')`
  return async () => {
    await held`rollback`
    held.release()
  }
}

test('a job tells how far it is, and goes on where a connection was lost', async () => {
  const job = await createJob(api, await verified())
  const ROWS = 2000
  assert.equal((await upload(job, csv(rowsOf(ROWS)))).status, 200)
  const sql = api.openSql()
  const release = await holdAt(sql, job, 3)
  await startJob(api, job)
  const waiting = () => sql<{ pid: number }[]>`
    select pid from pg_stat_activity
     where wait_event_type = 'Lock' and query like '%insert into user_import_logs%'`
  await waitFor(async () => (await waiting()).length === 1, { what: 'the job to be held' })
  const now = await describeJob(api, job)
  assert.equal(now.Status, 'InProgress')
  const imported = now.ImportedUsers ?? 0
  assert.ok(imported > 0 && imported < ROWS, `${imported} of ${ROWS}`)
  assert.equal((await importLog(api, job)).length, imported)
  // The chunk was written already, and is written again as a whole.
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
             where wait_event_type = 'Lock' and query like '%insert into user_import_logs%'`
  await waitFor(async () => (await waiting()).length === 1, { what: 'the chunk to be tried again' })
  assert.equal((await describeJob(api, job)).ImportedUsers, imported)
  await release()
  assert.deepEqual(outcomeOf(await endOf(api, job)).users, [ROWS, 0, 0])
  const log = await importLog(api, job)
  assert.equal(new Set(log).size, ROWS)
  assert.ok(log.every((line) => line.startsWith('[SUCCEEDED]')))
})

test('of many uploads at once one is the file, and those without a place try again', async () => {
  const job = await createJob(api, await verified())
  const file = csv(rowsOf(100))
  const uploads = await Promise.all(Array.from({ length: 400 }, () => upload(job, file)))
  const statuses = new Set(uploads.map(({ status }) => status))
  assert.ok(statuses.has(200))
  assert.deepEqual(
    [...statuses].filter((status) => status !== 200 && status !== 503),
    [],
  )
  assert.ok((await storedBytes(job)) < 2 * file.length)
  await startJob(api, job)
  assert.deepEqual(outcomeOf(await endOf(api, job)).users, [100, 0, 0])
})
