// A user import of many rows: how fast the file is taken, how fast users are made of it, and how
// much memory the node has meanwhile, which is not to depend on how many there are. The file is
// made while it is sent.
import {
  type CognitoIdentityProviderClient,
  CreateUserImportJobCommand,
  CreateUserPoolCommand,
  DescribeUserImportJobCommand,
  GetCSVHeaderCommand,
  StartUserImportJobCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { systemClock } from '#adapters/system/clock.js'
import { required } from '#base/assert.js'
import { cpuMsOf, residentBytesOf } from './process-stats.js'

const POLL_MS = 500
const ROWS_OF_A_PART = 500

export interface ImportRun {
  readonly uploadMs: number
  readonly importMs: number
  /** Of the node while it imported. */
  readonly cpuMs: number
  /** Of the node: before, and the most that was seen meanwhile. */
  readonly residentBytes: { readonly before: number; readonly most: number }
  /** The most that was seen after each tenth of the rows. */
  readonly tenths: readonly number[]
}

export async function measureImport(
  client: CognitoIdentityProviderClient,
  { pid, rows }: { readonly pid: number; readonly rows: number },
): Promise<ImportRun> {
  const { UserPool } = await client.send(
    new CreateUserPoolCommand({ PoolName: 'import', AutoVerifiedAttributes: ['email'] }),
  )
  const UserPoolId = required(UserPool?.Id, 'pool ID')
  const { UserImportJob } = await client.send(
    new CreateUserImportJobCommand({
      UserPoolId,
      JobName: 'bench',
      CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/logs',
    }),
  )
  const { JobId, PreSignedUrl } = required(UserImportJob, 'job')
  const { CSVHeader = [] } = await client.send(new GetCSVHeaderCommand({ UserPoolId }))
  const before = residentBytesOf(pid)
  let most = before
  const look = () => {
    most = Math.max(most, residentBytesOf(pid))
  }
  const uploadedAtMs = performance.now()
  const body = ReadableStream.from(fileOf(CSVHeader, rows, look))
  const init = { method: 'PUT', body, duplex: 'half' } as const
  const response = await fetch(required(PreSignedUrl, 'URL'), init)
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`)
  const uploadMs = performance.now() - uploadedAtMs
  const job = { UserPoolId, JobId }
  const startedAtMs = performance.now()
  const cpuBefore = cpuMsOf(pid)
  await client.send(new StartUserImportJobCommand(job))
  const tenths: number[] = []
  for (;;) {
    await systemClock.wait(POLL_MS)
    look()
    const { UserImportJob: now } = await client.send(new DescribeUserImportJobCommand(job))
    const imported = now?.ImportedUsers ?? 0
    if (imported >= ((tenths.length + 1) * rows) / 10) tenths.push(most)
    if (now?.Status === 'Succeeded') break
    if (now?.Status === 'Failed') throw new Error(`the job has failed: ${now.CompletionMessage}`)
  }
  const importMs = performance.now() - startedAtMs
  const cpuMs = cpuMsOf(pid) - cpuBefore
  return { uploadMs, importMs, cpuMs, residentBytes: { before, most }, tenths }
}

async function* fileOf(header: readonly string[], rows: number, look: () => void) {
  yield Buffer.from(`${header.join(',')}\n`)
  for (let at = 0; at < rows; at += ROWS_OF_A_PART) {
    const count = Math.min(ROWS_OF_A_PART, rows - at)
    const lines = Array.from({ length: count }, (_, row) => lineOf(header, at + row))
    look()
    yield Buffer.from(lines.join(''))
  }
}

function lineOf(header: readonly string[], at: number): string {
  const values: Readonly<Record<string, string>> = {
    'cognito:username': `user-${at}`,
    'cognito:mfa_enabled': 'FALSE',
    name: `User ${at}`,
    email: `user-${at}@example.com`,
    email_verified: 'TRUE',
  }
  return `${header.map((name) => values[name] ?? '').join(',')}\n`
}
