// `twinpool replicas check`: compares what each Region has of its own for a user pool (messages,
// triggers, log delivery, senders of notices, domains, tags), before the edge sends traffic there.
// Names of Regions inside of ARNs and addresses count as equal. Exit code 1 when something differs.
import { isObject } from '#base/json.js'
import { CommandError } from './failure.js'
import { type Listing, listEach } from './listing.js'
import { type CallFlags, callEach, reportSilent, targetsOf } from './signed-call.js'
import { renderTable } from './text.js'

export interface ReplicasCheckFlags extends CallFlags {
  readonly json: boolean
  /** Of this pool only. */
  readonly pool: string | undefined
}

interface Verdict {
  readonly UserPoolId: string
  readonly Setting: string
  readonly Verdict: 'EQUAL' | 'DIFFERS' | 'MISSING'
  /** Regions that lack it. */
  readonly MissingIn: readonly string[]
}

const SETTINGS = [
  'EmailConfiguration',
  'SmsConfiguration',
  'LambdaConfig',
  'LogConfigurations',
  'NotifySenders',
  'Domains',
  'UserPoolTags',
]

type Settings = Readonly<Record<string, unknown>>

export async function runReplicasCheck(flags: ReplicasCheckFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const listing = await listEach(targets, 'ListPools', 'Pools', { MaxResults: 1000 })
  const pools = replicatedPools(listing, flags.pool)
  if (flags.pool !== undefined && pools.size === 0) {
    throw new CommandError(`The user pool ${flags.pool} has no replica.`)
  }
  const verdicts: Verdict[] = []
  const silent = new Set(listing.silent)
  for (const [poolId, regions] of pools) {
    const asked = targets.filter(({ region }) => regions.includes(region))
    if (asked.length < 2) continue
    const called = await callEach(asked, 'DescribeRegionalSettings', { UserPoolId: poolId })
    for (const region of called.silent) silent.add(region)
    const settings = new Map(
      called.responses.map(({ region, output }) => [region, settingsIn(output)]),
    )
    verdicts.push(...compare(poolId, settings))
  }
  reportSilent({ silent: [...silent] })
  if (flags.json) console.log(JSON.stringify({ Checks: verdicts, SilentRegions: [...silent] }))
  else if (pools.size === 0) console.log('No user pool has a replica.')
  else if (verdicts.length > 0)
    console.log(renderTable(['Pool', 'Setting', 'Result'], verdicts.map(rowOf)))
  const different = verdicts.filter((verdict) => verdict.Verdict !== 'EQUAL').length
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

function settingsIn(output: Settings): Settings {
  return isObject(output['Settings']) ? output['Settings'] : {}
}

function compare(poolId: string, byRegion: ReadonlyMap<string, Settings>): readonly Verdict[] {
  const regions = [...byRegion.keys()]
  if (regions.length < 2) return []
  return SETTINGS.flatMap((setting): Verdict[] => {
    const texts = regions.map((region) => comparable(byRegion.get(region)?.[setting], regions))
    const isMissing = (text: string) => ['', '[]', '{}'].includes(text)
    if (texts.every(isMissing)) return []
    const missing = regions.filter((_, at) => isMissing(texts[at] ?? ''))
    const verdict = missing.length > 0 ? 'MISSING' : new Set(texts).size === 1 ? 'EQUAL' : 'DIFFERS'
    return [{ UserPoolId: poolId, Setting: setting, Verdict: verdict, MissingIn: missing }]
  })
}

/** JSON with members in order, in which the Regions have one name. */
function comparable(value: unknown, regions: readonly string[]): string {
  if (value === undefined) return ''
  const text = JSON.stringify(value, (_, part: unknown) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
  return regions.reduce((named, region) => named.replaceAll(region, '{region}'), text)
}

function rowOf({ UserPoolId, Setting, Verdict: verdict, MissingIn }: Verdict): string[] {
  const words = { EQUAL: 'equal', DIFFERS: 'differs', MISSING: '' }
  const result = verdict === 'MISSING' ? `missing in ${MissingIn.join(', ')}` : words[verdict]
  return [UserPoolId, Setting, result]
}
