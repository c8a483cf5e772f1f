// `twinpool imports`: the jobs of user import of a pool, and the log of one, line by line, as the
// service would write it to CloudWatch Logs.
import { CommandError } from './failure.js'
import { listEach, type Row } from './listing.js'
import { type CallFlags, reportSilent, type Target, targetsOf, tryCall } from './signed-call.js'
import { cell, renderTable, timeOf } from './text.js'

export interface ImportsFlags extends CallFlags {
  readonly json: boolean
  readonly userPoolId: string
}

export interface ImportsLogFlags extends ImportsFlags {
  readonly failed: boolean
}

const JOBS_MAX = 1000
const COLUMNS = ['JobId', 'JobName', 'Status', 'ImportedUsers', 'SkippedUsers', 'FailedUsers']
const HEADING = ['Created', 'Region', 'Job', 'Name', 'Status', 'Imported', 'Skipped', 'Failed']

export async function runImports(flags: ImportsFlags): Promise<void> {
  const listing = await jobsOf(await targetsOf(flags), flags)
  reportSilent(listing)
  const { rows: jobs, silent } = listing
  if (flags.json) console.log(JSON.stringify({ UserImports: jobs, SilentRegions: silent }))
  else if (jobs.length === 0) {
    const where = silent.length === 0 ? '' : ' where it can be seen'
    console.log(`The user pool has no user imports${where}.`)
  } else console.log(renderTable([...HEADING, 'Message'], jobs.map(rowOf)))
}

function rowOf(job: Row): string[] {
  const names = ['RegionName', ...COLUMNS, 'CompletionMessage']
  return [timeOf(job['CreatedAt']), ...names.map((name) => cell(job, name))]
}

function jobsOf(targets: readonly Target[], { userPoolId }: ImportsFlags) {
  const input = { UserPoolId: userPoolId, MaxResults: JOBS_MAX }
  return listEach(targets, 'ListUserImports', 'UserImports', input)
}

/** Prints the log of a job as far as it goes, each part as it comes. */
export async function runImportsLog(jobId: string, flags: ImportsLogFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const listing = await jobsOf(targets, flags)
  const isOf = ({ rows }: { readonly rows: readonly Row[] }) =>
    rows.some((job) => job['JobId'] === jobId)
  const region = listing.byRegion.find(isOf)?.region
  const target = targets.find((one) => one.region === region)
  if (target === undefined) {
    reportSilent(listing)
    throw new CommandError(`The user pool has no user import ${jobId}.`)
  }
  const isShown = (line: string) => !flags.failed || !line.startsWith('[SUCCEEDED]')
  for (let part: unknown = 1; part !== undefined; ) {
    const input = { UserPoolId: flags.userPoolId, JobId: jobId, Part: part }
    const output = await tryCall(target, 'ListUserImportLog', input)
    if (output === undefined) throw new CommandError(`${target.region} does not answer.`)
    const lines = (Array.isArray(output['Lines']) ? output['Lines'] : []).map(String)
    const shown = lines.filter(isShown)
    if (flags.json) console.log(JSON.stringify({ ...output, Lines: shown, NextPart: undefined }))
    else for (const line of shown) console.log(line)
    part = output['NextPart']
  }
}
