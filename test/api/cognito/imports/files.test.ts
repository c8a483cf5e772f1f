// Files as other programs write them, and files that are meant to do harm.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import {
  createJob,
  csv,
  describeJob,
  endOf,
  IMPORT_HEADER,
  importFile,
  importLog,
  importRow,
  outcomeOf,
  startJob,
  upload,
} from '#test/support/user-imports.js'
import { waitFor } from '#test/support/wait.js'

const errors: unknown[] = []
const silence = () => undefined
const log = {
  debug: silence,
  info: silence,
  warn: silence,
  error(message: string, fields?: unknown) {
    errors.push([message, fields])
  },
}

let api: TestApi
before(async () => {
  api = await startTestApi({ log })
})
after(() => api.stop())

const verified = () => api.makePool({ AutoVerifiedAttributes: ['email'] })

async function importBytes(UserPoolId: string, ...parts: readonly (string | Uint8Array)[]) {
  const job = await createJob(api, UserPoolId)
  const file = new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))))
  assert.equal((await upload(job, file)).status, 200)
  await startJob(api, job)
  return endOf(api, job)
}

test('lines may end in CRLF or in nothing; blank ones are left out, and white space', async () => {
  const UserPoolId = await verified()
  const file = csv([importRow('ada'), importRow('bob', { 'cognito:username': '  bob  ' })])
  const job = await importBytes(UserPoolId, file.replaceAll('\n', '\r\n\r\n').trimEnd())
  assert.deepEqual(outcomeOf(job), { status: 'Succeeded', message: undefined, users: [2, 0, 0] })
  assert.deepEqual(await importLog(api, job), [
    '[SUCCEEDED] Line Number 3 - The import succeeded.',
    '[SUCCEEDED] Line Number 5 - The import succeeded.',
  ])
  await api.cognito.send(new AdminGetUserCommand({ UserPoolId, Username: 'bob' }))
})

test('a line that is no text, or no user whom the API could name, fails by itself', async () => {
  const UserPoolId = await verified()
  const [header = '', ...lines] = csv([
    importRow('a\u0000b'),
    importRow('a b'),
    importRow('x'.repeat(129)),
    importRow('long', { nickname: 'x'.repeat(2049) }),
    importRow('longer', { nickname: 'x'.repeat(17_000) }),
    importRow('quoted', { nickname: '"a\nb"' }),
    importRow('bad', { nickname: 'Z\u00fcrich' }),
    importRow('two', { email: 'none', phone_number: 'none' }),
    importRow('ada', { nickname: 'Z\u00fcrich \uFFFD \u{1F600} \u0000' }),
  ]).split('\n')
  // One line as Latin-1 has it.
  const parts = lines.map((line) =>
    Buffer.from(`${line}\n`, line.endsWith(',bad') ? 'latin1' : 'utf8'),
  )
  const job = await importBytes(UserPoolId, `${header}\n`, ...parts)
  const name = 'The user name has more than 128 characters, or ones that it must not have.'
  const values = 'The number of values does not match the number of columns in the header.'
  const said = (await importLog(api, job)).map((line) => line.replace(/^(\[\w+]).* - /, '$1 '))
  assert.deepEqual(said.slice(0, 8), [
    `[FAILED] ${name}`,
    `[FAILED] ${name}`,
    `[FAILED] ${name}`,
    '[FAILED] The value of nickname is longer than 2048 characters.',
    '[FAILED] The User Record is longer than 16000 characters.',
    `[FAILED] ${values}`,
    `[FAILED] ${values}`,
    '[FAILED] The User Record is not valid UTF-8.',
  ])
  assert.match(said[8] ?? '', /^\[FAILED] \S.*\.$/)
  assert.deepEqual(said.slice(9), ['[SUCCEEDED] The import succeeded.'])
  const ada = new AdminGetUserCommand({ UserPoolId, Username: 'ada' })
  const { UserAttributes } = await api.cognito.send(ada)
  const nickname = UserAttributes?.find(({ Name }) => Name === 'nickname')?.Value
  assert.equal(nickname, 'Z\u00fcrich \uFFFD \u{1F600} \u0000')
})

describe('a header', () => {
  const failures = [
    [
      'of UTF-16',
      Buffer.from(csv([importRow('a')]), 'utf16le'),
      /does not have the column name\.$/,
    ],
    ['with a NUL', Buffer.from(csv([], [...IMPORT_HEADER, 'a\u0000b'])), /not: a\uFFFDb\.$/],
    ['without end', Buffer.from(csv([], [...IMPORT_HEADER, 'c'.repeat(9000)])), /not: c{50}\.$/],
    ['that is all', Buffer.from('name'), /does not have the column given_name\.$/],
    ['that is none', Buffer.alloc(0), /does not have the column name\.$/],
  ] as const
  for (const [what, file, message] of failures) {
    test(what, async () => {
      const job = await importBytes(await verified(), file)
      assert.equal(job.Status, 'Failed')
      assert.match(job.CompletionMessage ?? '', message)
    })
  }
})

test('a line without end is refused, and an upload need not be whole to be refused', async () => {
  const job = await createJob(api, await verified())
  for (const before of ['', csv([importRow('ada')])]) {
    const file = new Uint8Array(Buffer.concat([Buffer.from(before), Buffer.alloc(10_000_000, 'x')]))
    assert.deepEqual(await upload(job, file), { status: 400, code: 'InvalidRequest' })
  }
  const url = new URL(required(job.PreSignedUrl, 'URL'))
  const socket = connect(Number(url.port), url.hostname)
  const received: string[] = []
  socket.setEncoding('utf8').on('data', (part: string) => received.push(part))
  socket.on('error', silence)
  const path = url.pathname + url.search.replace(/.$/, '!')
  socket.write(`PUT ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\nname`)
  await waitFor(() => socket.closed, { what: 'the end of the connection' })
  assert.match(received.join(''), /^HTTP\/1\.1 403 .*<Code>AccessDenied<\/Code>/s)
  const none = 'No CSV file was uploaded for the job.'
  await assert.rejects(startJob(api, job), { message: none })
})

test('the URL of a job is for its upload before the start, for no other job or pool', async () => {
  const job = await createJob(api, await verified())
  const other = await createJob(api, await verified())
  const url = required(job.PreSignedUrl, 'URL')
  const ids = ({ UserPoolId = '', JobId = '' }: UserImportJobType) => `${UserPoolId}/${JobId}`
  const file = csv([importRow('ada')])
  const denied = { status: 403, code: 'AccessDenied' }
  for (const PreSignedUrl of [
    url.replace(ids(job), ids(other)),
    url.replace(String(job.UserPoolId), String(other.UserPoolId)),
    url.replace(/&X-Amz-Signature.*/, ''),
    `${url}x`,
  ]) {
    assert.deepEqual(await upload({ ...job, PreSignedUrl }, file), denied)
  }
  assert.equal((await fetch(url)).status, 404)
  assert.equal((await upload(job, file)).status, 200)
  await startJob(api, job)
  assert.deepEqual(await upload(job, csv([importRow('eve')])), denied)
  assert.deepEqual(outcomeOf(await endOf(api, job)).users, [1, 0, 0])
  assert.deepEqual(await upload(job, csv([importRow('eve')])), denied)
})

test('a job that cannot go on holds up no other', async () => {
  const broken = await createJob(api, await verified())
  assert.equal((await upload(broken, csv([importRow('ada')]))).status, 200)
  const sql = api.openSql()
  const jobId = required(broken.JobId, 'job')
  const chunks = await sql`
    update user_import_chunks set lines_sealed = '\\x00' where job_id = ${jobId} and chunk = 1`
  assert.equal(chunks.count, 1)
  await startJob(api, broken)
  const job = await importFile(api, await verified(), csv([importRow('ada')]))
  assert.equal(job.Status, 'Succeeded')
  assert.equal((await describeJob(api, broken)).Status, 'InProgress')
  assert.match(JSON.stringify(errors), /a user import is tried again/)
  await sql`delete from user_imports where job_id = ${jobId}`
})
