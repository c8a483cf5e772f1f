// User import, from the header of the file to the first sign-in of who was in it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  CreateUserImportJobCommand,
  DescribeUserImportJobCommand,
  GetCSVHeaderCommand,
  InitiateAuthCommand,
  ListUserImportJobsCommand,
  StartUserImportJobCommand,
  StopUserImportJobCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { REGION, startTestApi, type TestApi } from '#test/support/test-api.js'
import {
  createJob,
  csv,
  describeJob,
  IMPORT_HEADER,
  importFile,
  importLog,
  importRow,
  outcomeOf,
  startJob,
  upload,
} from '#test/support/user-imports.js'
import { waitFor } from '#test/support/wait.js'

/** Nine hundred such rows are more than one chunk. */
const LONG = { address: 'x'.repeat(120) }

let api: TestApi
before(async () => {
  api = await startTestApi({ userImport: { bytesMax: 200_000, rowsMax: 1000 } })
})
after(() => api.stop())

const verified = () => api.makePool({ AutoVerifiedAttributes: ['email'] })

test('the header has the standard columns, custom attributes, and the hash', async () => {
  const UserPoolId = await api.makePool({
    Schema: [
      { Name: 'size', AttributeDataType: 'String' },
      { Name: 'note', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
    ],
  })
  const { CSVHeader } = await api.cognito.send(new GetCSVHeaderCommand({ UserPoolId }))
  const custom = ['custom:size', 'dev:custom:note']
  assert.deepEqual(CSVHeader, [...IMPORT_HEADER, ...custom, 'password_hash'])
})

test('a job says what it is, and bears its URL once', async () => {
  const UserPoolId = await verified()
  const CloudWatchLogsRoleArn = 'arn:aws:iam::123456789012:role/logs'
  const fields = { UserPoolId, JobName: 'people', CloudWatchLogsRoleArn } as const
  const { UserImportJob: created } = await api.cognito.send(new CreateUserImportJobCommand(fields))
  const { PreSignedUrl, ...described } = required(created, 'job')
  assert.match(PreSignedUrl ?? '', /^http:.*&X-Amz-Signature=[\w-]{43}$/)
  const { JobId, CreationDate, ...others } = described
  assert.match(JobId ?? '', /^import-[\w-]{16}$/)
  assert.ok(CreationDate instanceof Date)
  const none = { ImportedUsers: 0, SkippedUsers: 0, FailedUsers: 0 }
  assert.deepEqual(others, { ...fields, Status: 'Created', ...none })
  const describe = new DescribeUserImportJobCommand({ UserPoolId, JobId })
  assert.deepEqual((await api.cognito.send(describe)).UserImportJob, described)
  await upload({ ...described, PreSignedUrl }, csv([]))
  const start = new StartUserImportJobCommand({ UserPoolId, JobId })
  const { UserImportJob: started } = await api.cognito.send(start)
  const { StartDate, ...pending } = required(started, 'job')
  assert.ok(StartDate instanceof Date)
  assert.deepEqual(pending, { ...described, Status: 'Pending' })
})

test('users are imported, skipped or failed, each line with its line of log', async () => {
  const UserPoolId = await verified()
  await api.makeUser(UserPoolId, 'known')
  const file = csv([
    importRow('ada', { name: 'Lovelace\\, Ada', birthdate: '12/10/1815', website: ' a"b ' }),
    importRow('known'),
    importRow('unproven', { email_verified: 'FALSE' }),
    importRow('ada', { email: 'other@example.com' }),
    importRow('flag', { phone_number_verified: 'yes' }),
    importRow('born', { birthdate: '1815-12-10' }),
    importRow('second', { 'cognito:mfa_enabled': 'TRUE' }),
  ])
  const job = await importFile(api, UserPoolId, `${file}too,short\n`)
  assert.deepEqual(outcomeOf(job), {
    status: 'Succeeded',
    message: undefined,
    users: [1, 2, 5],
  })
  assert.ok(job.StartDate && job.CompletionDate && job.PreSignedUrl === undefined)
  assert.deepEqual(await importLog(api, job), [
    '[SUCCEEDED] Line Number 2 - The import succeeded.',
    '[SKIPPED] Line Number 3 - The user already exists.',
    '[FAILED] Line Number 4 - The User Record does not set any of the auto verified attributes ' +
      'to true. (Example: email_verified to true).',
    '[SKIPPED] Line Number 5 - The user already exists.',
    '[FAILED] Line Number 6 - The value of phone_number_verified must be TRUE or FALSE.',
    '[FAILED] Line Number 7 - The birthdate must be of the form mm/dd/yyyy.',
    '[FAILED] Line Number 8 - MFA cannot be enabled for a user of a user pool without MFA.',
    '[FAILED] Line Number 9 - The number of values does not match the number of columns in the ' +
      'header.',
  ])
  const ada = await api.cognito.send(new AdminGetUserCommand({ UserPoolId, Username: 'ada' }))
  const attributes = Object.fromEntries(
    (ada.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]),
  )
  const { sub, ...others } = attributes
  assert.deepEqual(others, {
    name: 'Lovelace, Ada',
    birthdate: '12/10/1815',
    website: 'a"b',
    email: 'ada@example.com',
    email_verified: 'true',
  })
  assert.equal(ada.UserStatus, 'RESET_REQUIRED')
  const sql = api.openSql()
  assert.equal(
    (await sql`select from user_import_chunks where job_id = ${job.JobId ?? ''}`).length,
    0,
  )
})

test('who was imported is told to reset the password, unless users are hidden', async () => {
  const UserPoolId = await verified()
  await importFile(api, UserPoolId, csv([importRow('ada')]))
  for (const [setting, name] of [
    ['LEGACY', 'PasswordResetRequiredException'],
    ['ENABLED', 'NotAuthorizedException'],
  ] as const) {
    const client = await api.makeClient(UserPoolId, { PreventUserExistenceErrors: setting })
    const signIn = new InitiateAuthCommand({
      ClientId: client.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ada', PASSWORD: 'Whatever-7-it-is' },
    })
    await assert.rejects(api.cognito.send(signIn), { name })
  }
})

test('where a code is enough to sign in, the imported are confirmed', async () => {
  const UserPoolId = await api.makePool({
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
  })
  await importFile(api, UserPoolId, csv([importRow('ada')]))
  const ada = await api.cognito.send(new AdminGetUserCommand({ UserPoolId, Username: 'ada' }))
  assert.equal(ada.UserStatus, 'CONFIRMED')
})

describe('a file that is none', () => {
  const failures: readonly (readonly [string, string, string])[] = [
    [
      'a missing column',
      csv([], IMPORT_HEADER.slice(1)),
      'The CSV header does not have the column name.',
    ],
    [
      'another column',
      csv([], [...IMPORT_HEADER, 'shoe']),
      'The CSV header has a column that the user pool does not: shoe.',
    ],
    [
      'a column twice',
      csv([], [...IMPORT_HEADER, 'name']),
      'The CSV header has the column name twice.',
    ],
    [
      'a byte order mark',
      `\uFEFF${csv([])}`,
      'The CSV file must be encoded as UTF-8 without a byte order mark.',
    ],
    [
      'nobody who can be imported',
      csv([importRow('a', { email_verified: '' })]),
      'Too many users have failed or been skipped during the import.',
    ],
  ]
  for (const [what, file, message] of failures) {
    test(what, async () => {
      const { status, message: said } = outcomeOf(await importFile(api, await verified(), file))
      assert.deepEqual({ status, said }, { status: 'Failed', said: message })
    })
  }
})

test('the command has the jobs of a pool and the whole log of one', async () => {
  const UserPoolId = await verified()
  const rows = Array.from({ length: 900 }, (_, n) => importRow(`user${n}`, LONG))
  const job = await importFile(api, UserPoolId, csv(rows))
  const { JobId = '' } = job
  const target = { region: REGION, endpoint: api.endpoint, credentials: ROOT_ACCESS_KEY }
  const { UserImports: jobs } = await callAny([target], 'ListUserImports', { UserPoolId })
  const dates = ['CreatedAt', 'StartedAt', 'CompletedAt']
  const [described, ...others] = jobs as Record<string, unknown>[]
  assert.deepEqual(others, [])
  for (const name of dates) assert.equal(typeof described?.[name], 'number', name)
  const expected = { RegionName: REGION, UserPoolId, JobId, JobName: 'people', Status: 'Succeeded' }
  const counts = { ImportedUsers: 900, SkippedUsers: 0, FailedUsers: 0 }
  const undated = Object.entries(described ?? {}).filter(([name]) => !dates.includes(name))
  assert.deepEqual(Object.fromEntries(undated), { ...expected, ...counts })
  const lines: unknown[] = []
  let parts = 0
  for (let Part: unknown = 1; Part !== undefined; parts += 1) {
    const input = { UserPoolId, JobId, Part }
    const output = await callAny([target], 'ListUserImportLog', input)
    const { Lines, NextPart, ...names } = output
    assert.deepEqual(names, {
      LogGroupName: `/aws/cognito/userpools/${UserPoolId}/people`,
      LogStreamName: `${JobId}/people`,
    })
    lines.push(...(Lines as readonly unknown[]))
    Part = NextPart
  }
  assert.ok(parts > 1)
  assert.deepEqual(lines, await importLog(api, job))
  const other = await api.makePool()
  const empty = await callAny([target], 'ListUserImports', { UserPoolId: other })
  assert.deepEqual(empty, { UserImports: [] })
  for (const input of [
    { UserPoolId: other, JobId },
    { UserPoolId: `${REGION}_absent`, JobId },
  ]) {
    await assert.rejects(callAny([target], 'ListUserImportLog', input), {
      message:
        `ListUserImportLog in ${REGION} failed: There is no user import ${JobId} here. ` +
        '(InvalidParameterException)',
    })
  }
})

test('columns may come in any order, and rows in many chunks', async () => {
  const UserPoolId = await verified()
  const names = Array.from({ length: 900 }, (_, n) => `user${n}`)
  const rows = names.map((name) => importRow(name, LONG))
  const job = await importFile(api, UserPoolId, csv(rows, IMPORT_HEADER.toReversed()))
  assert.deepEqual(outcomeOf(job).users, [900, 0, 0])
  const log = await importLog(api, job)
  assert.deepEqual(
    [log.length, log.at(-1)],
    [900, '[SUCCEEDED] Line Number 901 - The import succeeded.'],
  )
})

test('an upload is bounded, takes its token for 15 minutes, and the last one counts', async () => {
  const UserPoolId = await verified()
  const job = await createJob(api, UserPoolId)
  const long = { address: 'x'.repeat(1000) }
  const large = csv(Array.from({ length: 250 }, () => long))
  assert.deepEqual(await upload(job, large), { status: 400, code: 'EntityTooLarge' })
  const many = csv(Array.from({ length: 1001 }, () => ({ email: 'a' })))
  assert.deepEqual(await upload(job, many), { status: 400, code: 'EntityTooLarge' })
  await assert.rejects(startJob(api, job), {
    name: 'PreconditionNotMetException',
    message: 'No CSV file was uploaded for the job.',
  })
  const denied = { status: 403, code: 'AccessDenied' }
  const other = { ...job, PreSignedUrl: job.PreSignedUrl?.replace(/.$/, '!') ?? '' }
  assert.deepEqual(await upload(other, csv([importRow('a')])), denied)
  const url = required(job.PreSignedUrl, 'URL')
  const elsewhere = { ...job, PreSignedUrl: url.replace(job.JobId ?? '', 'import-0') }
  assert.deepEqual(await upload(elsewhere, csv([importRow('a')])), denied)
  await api.atLater(16 * 60_000, async () => {
    assert.deepEqual(await upload(job, csv([importRow('a')])), denied)
  })
  const encrypted = { 'x-amz-server-side-encryption': 'aws:kms' }
  const stored = { status: 200, code: undefined }
  assert.deepEqual(await upload(job, csv([importRow('first')])), stored)
  assert.deepEqual(await upload(job, csv([importRow('b'), importRow('c')]), encrypted), stored)
  await startJob(api, job)
  assert.deepEqual(await upload(job, csv([importRow('late')])), denied)
  await waitFor(async () => (await describeJob(api, job)).Status === 'Succeeded', {
    what: 'the end of the job',
    intervalMs: 100,
  })
  assert.deepEqual(outcomeOf(await describeJob(api, job)).users, [2, 0, 0])
})

test('a job is stopped by the developer; jobs are listed newest first, and expire', async () => {
  const UserPoolId = await verified()
  const stopped = await createJob(api, UserPoolId)
  await upload(stopped, csv([importRow('a')]))
  const { JobId } = stopped
  const stop = new StopUserImportJobCommand({ UserPoolId, JobId })
  await assert.rejects(api.cognito.send(stop), { name: 'PreconditionNotMetException' })
  // As a job that its Region has begun with, and cannot go on with.
  await api.openSql()`
    update user_imports set status = 'InProgress', upload_id = null where job_id = ${JobId ?? ''}`
  const { UserImportJob } = await api.cognito.send(stop)
  assert.equal(UserImportJob?.Status, 'Stopping')
  await waitFor(async () => (await describeJob(api, stopped)).Status === 'Stopped', {
    what: 'the stopped job',
    intervalMs: 100,
  })
  assert.deepEqual(outcomeOf(await describeJob(api, stopped)), {
    status: 'Stopped',
    message: 'The Import Job was stopped by the developer.',
    users: [0, 0, 0],
  })
  const second = await createJob(api, UserPoolId)
  const list = (PaginationToken?: string) =>
    api.cognito.send(new ListUserImportJobsCommand({ UserPoolId, MaxResults: 1, PaginationToken }))
  const first = await list()
  const next = await list(first.PaginationToken)
  assert.deepEqual(
    [first, next].map((page) => page.UserImportJobs?.[0]?.JobId),
    [second.JobId, JobId],
  )
  assert.equal(next.PaginationToken, undefined)
  await api.openSql()`
    update user_imports set created_at = now() - interval '25 hours'
     where job_id = ${second.JobId ?? ''}`
  assert.equal((await describeJob(api, second)).Status, 'Expired')
  await assert.rejects(startJob(api, second), {
    message: 'The user import job is in the state Expired.',
  })
})

test('a pool that verifies nothing starts no job, and one has 1,000 jobs', async () => {
  const UserPoolId = await api.makePool()
  const job = await createJob(api, UserPoolId)
  await upload(job, csv([importRow('a')]))
  await assert.rejects(startJob(api, job), {
    name: 'PreconditionNotMetException',
    message: 'The user pool has no auto verified attributes.',
  })
  await assert.rejects(startJob(api, { UserPoolId, JobId: 'import-absent' }), {
    name: 'ResourceNotFoundException',
    message: 'User import job import-absent does not exist.',
  })
  const sql = api.openSql()
  await sql`
    insert into user_imports (user_pool_id, job_id, name, role_arn, status, upload_hash, created_at)
    select ${UserPoolId}, 'import-' || n, 'n', 'r', 'Failed', '', now()
      from generate_series(1, 999) n`
  await assert.rejects(createJob(api, UserPoolId), {
    name: 'LimitExceededException',
    message: 'A user pool has at most 1000 import jobs.',
  })
})
