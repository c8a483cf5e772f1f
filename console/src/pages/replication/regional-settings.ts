// What each Region has of its own for a pool, side by side, with a verdict on each setting.
import {
  compareRegionalSettings,
  type SettingVerdict,
} from '#domain/replica/regional-comparison.js'
import type { Members } from '../../api/client.js'
import type { PoolView } from '../../api/pools.js'
import { type RegionAnswer, useEachRegion } from '../../api/use-calls.js'

type Name = SettingVerdict['setting']

/** A row of the checklist. */
export interface CheckedSetting {
  readonly id: Name | 'WebAcl'
  readonly title: string
  readonly verdict: SettingVerdict['verdict'] | 'UNSET' | 'UNKNOWN' | 'UNAVAILABLE'
  readonly missingIn: readonly string[]
  /** By Region. */
  readonly values: ReadonlyMap<string, unknown>
}

const TITLES: readonly (readonly [CheckedSetting['id'], string])[] = [
  ['EmailConfiguration', 'Email messages'],
  ['SmsConfiguration', 'Text messages'],
  ['NotifySenders', 'Senders of threat notices'],
  ['LambdaConfig', 'Lambda triggers'],
  ['LogConfigurations', 'Log delivery'],
  ['WebAcl', 'Web ACL'],
  ['Domains', 'Domains'],
  ['UserPoolTags', 'Tags'],
]

interface Answer {
  readonly Settings: Members
}

export interface RegionalSettings {
  readonly answers: readonly RegionAnswer<Answer>[]
  readonly rows: readonly CheckedSetting[]
}

export function useRegionalSettings({ Id: UserPoolId, RegionNames }: PoolView) {
  const what = { service: 'twinpool', operation: 'DescribeRegionalSettings' } as const
  const loaded = useEachRegion<Answer>({ ...what, input: { UserPoolId } }, { regions: RegionNames })
  const { data: answers } = loaded
  const data = answers && { answers, rows: rowsOf(answers) }
  return { ...loaded, data }
}

function rowsOf(answers: readonly RegionAnswer<Answer>[]): readonly CheckedSetting[] {
  const known = answers.flatMap(({ region, output }) =>
    output === undefined ? [] : [[region, output.Settings] as const],
  )
  const verdicts = compareRegionalSettings(new Map(known))
  return TITLES.map(([id, title]) => {
    const found = verdicts.find(({ setting }) => setting === id)
    const verdict =
      id === 'WebAcl'
        ? 'UNAVAILABLE'
        : known.length < answers.length || known.length < 2
          ? 'UNKNOWN'
          : (found?.verdict ?? 'UNSET')
    const values = new Map(known.map(([region, settings]) => [region, settings[id]]))
    return { id, title, verdict, missingIn: found?.missingIn ?? [], values }
  })
}

/** A value as lines: "Member: value". */
export function linesOf(value: unknown, path = ''): readonly string[] {
  if (value === undefined || value === null) return []
  if (typeof value !== 'object') return [path === '' ? String(value) : `${path}: ${String(value)}`]
  if (Array.isArray(value)) return value.flatMap((each) => linesOf(each, path))
  return Object.entries(value).flatMap(([name, each]) =>
    linesOf(each, path === '' ? name : `${path}.${name}`),
  )
}
