// Jobs of user import.
import type { Case } from './cases.js'
import { makePool } from './people.js'
import { type Rig, textAt } from './rig.js'

const NEW_JOB = {
  JobName: 'people',
  CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/logs',
}

export async function makeImportJob(rig: Rig) {
  const UserPoolId = await makePool(rig)
  const created = await rig.ok('CreateUserImportJob', { UserPoolId, ...NEW_JOB })
  return { UserPoolId, JobId: textAt(created, 'UserImportJob', 'JobId') }
}

/** A job whose file has nobody in it. */
async function makeUploadedJob(rig: Rig) {
  const UserPoolId = await makePool(rig)
  const created = await rig.ok('CreateUserImportJob', { UserPoolId, ...NEW_JOB })
  const { CSVHeader } = await rig.ok('GetCSVHeader', { UserPoolId })
  const url = textAt(created, 'UserImportJob', 'PreSignedUrl')
  await rig.upload(url, `${(CSVHeader as readonly string[]).join(',')}\n`)
  return { UserPoolId, JobId: textAt(created, 'UserImportJob', 'JobId') }
}

export const IMPORT_CASES: Readonly<Record<string, Case>> = {
  GetCSVHeader: 'reads',
  DescribeUserImportJob: 'reads',
  ListUserImportJobs: 'reads',
  CreateUserImportJob: [
    { prepare: async (rig) => ({ UserPoolId: await makePool(rig), ...NEW_JOB }) },
  ],
  StartUserImportJob: [{ prepare: makeUploadedJob, again: 'PreconditionNotMetException' }],
  StopUserImportJob: [
    {
      prepare: async (rig) => {
        const job = await makeUploadedJob(rig)
        await rig.ok('StartUserImportJob', job)
        return job
      },
      again: 'PreconditionNotMetException',
    },
  ],
}
