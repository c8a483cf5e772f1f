// `twinpool replicas check`: compares what each Region has of its own for a user pool (messages,
// triggers, log delivery, senders of notices, domains, tags), before the edge sends traffic there.
// Names of Regions inside of ARNs and addresses count as equal. Exit code 1 when something differs.
import { type JsonObject, objectMember } from '#base/json.js'
import {
  compareRegionalSettings,
  type SettingVerdict,
} from '#domain/replica/regional-comparison.js'
import { CommandError } from './failure.js'
import { type Listing, listEach } from './listing.js'
import { type CallFlags, callEach, reportSilent, targetsOf } from './signed-call.js'
import { renderTable } from './text.js'

export interface ReplicasCheckFlags extends CallFlags {
  readonly json: boolean
  /** Of this pool only. */
  readonly pool: string | undefined
}

interface Check {
  readonly UserPoolId: string
  readonly Setting: string
  readonly Verdict: SettingVerdict['verdict']
  /** Regions that lack it. */
  readonly MissingIn: readonly string[]
}

export async function runReplicasCheck(flags: ReplicasCheckFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const listing = await listEach(targets, 'ListPools', 'Pools', { MaxResults: 1000 })
  const pools = replicatedPools(listing, flags.pool)
  if (flags.pool !== undefined && pools.size === 0) {
    throw new CommandError(`The user pool ${flags.pool} has no replica.`)
  }
  const checks: Check[] = []
  const silent = new Set(listing.silent)
  const failures = new Map(listing.failures)
  for (const [poolId, regions] of pools) {
    const asked = targets.filter(({ region }) => regions.includes(region))
    if (asked.length < 2) continue
    const called = await callEach(asked, 'DescribeRegionalSettings', { UserPoolId: poolId })
    for (const region of called.silent) silent.add(region)
    for (const [region, reason] of called.failures) failures.set(region, reason)
    const settings = new Map(
      called.responses.map(({ region, output }) => [region, settingsIn(output)]),
    )
    const verdicts = compareRegionalSettings(settings)
    checks.push(...verdicts.map((verdict) => toCheck(poolId, verdict)))
  }
  reportSilent({ silent: [...silent], failures })
  if (flags.json) console.log(JSON.stringify({ Checks: checks, SilentRegions: [...silent] }))
  else if (pools.size === 0) console.log('No user pool has a replica.')
  else if (checks.length > 0)
    console.log(renderTable(['Pool', 'Setting', 'Result'], checks.map(rowOf)))
  const different = checks.filter((check) => check.Verdict !== 'EQUAL').length
  if (different > 0) {
    throw new CommandError(`${different} settings are not the same in all Regions.`)
  }
  const isTarget = (region: string) => targets.some((target) => target.region === region)
  const elsewhere = [...pools.values()].flat().filter((region) => !isTarget(region))
  const missing = new Set([...silent, ...elsewhere])
  if (missing.size > 0) {
    const names = [...missing].join(', ')
    throw new CommandError(`Not all Regions could be compared; missing: ${names}.`)
  }
}

/** Pools that live in several Regions, with their Regions. */
function replicatedPools(
  { rows }: Listing,
  only: string | undefined,
): ReadonlyMap<string, readonly string[]> {
  const pools = new Map<string, readonly string[]>()
  for (const { Id, RegionNames } of rows) {
    const id = String(Id)
    const regions = Array.isArray(RegionNames) ? RegionNames.map(String) : []
    if (regions.length > 1 && (only ?? id) === id) pools.set(id, regions)
  }
  return pools
}

function settingsIn(output: JsonObject): JsonObject {
  return objectMember(output, 'Settings') ?? {}
}

function toCheck(poolId: string, { setting, verdict, missingIn }: SettingVerdict): Check {
  return { UserPoolId: poolId, Setting: setting, Verdict: verdict, MissingIn: missingIn }
}

function rowOf({ UserPoolId, Setting, Verdict: verdict, MissingIn }: Check): string[] {
  const words = { EQUAL: 'equal', DIFFERS: 'differs', MISSING: '' }
  const result = verdict === 'MISSING' ? `missing in ${MissingIn.join(', ')}` : words[verdict]
  return [UserPoolId, Setting, result]
}
