// A user import as its caller does it: a job, the upload of a file, and the wait for the end.
import assert from 'node:assert/strict'
import {
  CreateUserImportJobCommand,
  DescribeUserImportJobCommand,
  type PasswordHashingAlgorithmType,
  StartUserImportJobCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import type { TestApi } from './test-api.js'
import { waitFor } from './wait.js'

const ROLE = 'arn:aws:iam::123456789012:role/logs'

/** The columns that every file has. */
export const IMPORT_HEADER: readonly string[] = (
  'name given_name family_name middle_name nickname preferred_username profile picture website ' +
  'email email_verified gender birthdate zoneinfo locale phone_number phone_number_verified ' +
  'address updated_at cognito:mfa_enabled cognito:username'
).split(' ')

export type ImportRow = Readonly<Record<string, string>>

/** A file of these rows; commas in values are the caller's to escape. */
export function csv(rows: readonly ImportRow[], header = IMPORT_HEADER): string {
  const lines = rows.map((row) => header.map((name) => row[name] ?? '').join(','))
  return [header.join(','), ...lines, ''].join('\n')
}

/** A row that makes a user. */
export const importRow = (name: string, more: ImportRow = {}): ImportRow => ({
  'cognito:username': name,
  email: `${name}@example.com`,
  email_verified: 'TRUE',
  'cognito:mfa_enabled': 'FALSE',
  ...more,
})

type Api = Pick<TestApi, 'cognito'>

export async function createJob(
  { cognito }: Api,
  UserPoolId: string,
  PasswordHashingAlgorithm?: PasswordHashingAlgorithmType,
): Promise<UserImportJobType> {
  const { UserImportJob } = await cognito.send(
    new CreateUserImportJobCommand({
      UserPoolId,
      JobName: 'people',
      CloudWatchLogsRoleArn: ROLE,
      PasswordHashingAlgorithm,
    }),
  )
  return required(UserImportJob, 'job')
}

export async function upload(
  job: UserImportJobType,
  body: string | Uint8Array<ArrayBuffer>,
  headers: ImportRow = {},
) {
  const url = required(job.PreSignedUrl, 'URL')
  const signal = AbortSignal.timeout(20_000)
  const response = await fetch(url, { method: 'PUT', body, headers, signal })
  const text = await response.text()
  return { status: response.status, code: /<Code>(.*)<\/Code>/.exec(text)?.[1] }
}

export async function describeJob(
  { cognito }: Api,
  { UserPoolId, JobId }: UserImportJobType,
): Promise<UserImportJobType> {
  const { UserImportJob } = await cognito.send(
    new DescribeUserImportJobCommand({ UserPoolId, JobId }),
  )
  return required(UserImportJob, 'job')
}

export function startJob({ cognito }: Api, { UserPoolId, JobId }: UserImportJobType) {
  return cognito.send(new StartUserImportJobCommand({ UserPoolId, JobId }))
}

/** Imports a file, and describes the job when it is over. */
export async function importFile(
  api: Api,
  UserPoolId: string,
  file: string,
  algorithm?: PasswordHashingAlgorithmType,
): Promise<UserImportJobType> {
  const job = await createJob(api, UserPoolId, algorithm)
  assert.deepEqual(await upload(job, file), { status: 200, code: undefined })
  const { UserImportJob } = await startJob(api, job)
  assert.equal(UserImportJob?.Status, 'Pending')
  return endOf(api, job)
}

/** The job when it is over. */
export async function endOf(api: Api, job: UserImportJobType): Promise<UserImportJobType> {
  const over = ['Succeeded', 'Failed', 'Stopped']
  await waitFor(async () => over.includes((await describeJob(api, job)).Status ?? ''), {
    what: 'the end of the job',
    intervalMs: 100,
  })
  return describeJob(api, job)
}

/** The log of a job, line by line. */
export async function importLog(
  api: Pick<TestApi, 'openSql'>,
  { UserPoolId = '', JobId = '' }: UserImportJobType,
): Promise<string[]> {
  const rows = await api.openSql()<{ lines: string }[]>`
    select lines from user_import_logs
     where user_pool_id = ${UserPoolId} and job_id = ${JobId} order by chunk`
  return rows.flatMap(({ lines }) => lines.split('\n'))
}

export const outcomeOf = (job: UserImportJobType) => ({
  status: job.Status,
  message: job.CompletionMessage,
  users: [job.ImportedUsers, job.SkippedUsers, job.FailedUsers],
})
