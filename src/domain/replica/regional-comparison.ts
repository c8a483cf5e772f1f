// Compares what each Region has of its own for a user pool: messages, triggers, log delivery,
// senders of notices, domains, tags. They do not follow the primary Region, so a secondary that
// lacks one serves differently when it has to take over. Names of the Regions inside of ARNs and
// addresses count as equal. A page compares, too: neither this file nor what it imports may need
// Node.js.
import { type JsonObject, orderedJson } from '#base/json.js'

/** What is compared, by the names of DescribeRegionalSettings. */
export const COMPARED_SETTINGS = [
  'EmailConfiguration',
  'SmsConfiguration',
  'LambdaConfig',
  'LogConfigurations',
  'NotifySenders',
  'Domains',
  'UserPoolTags',
] as const

/** How a setting is in all Regions that were asked. */
export interface SettingVerdict {
  readonly setting: (typeof COMPARED_SETTINGS)[number]
  readonly verdict: 'EQUAL' | 'DIFFERS' | 'MISSING'
  /** Regions that lack it while another has it. */
  readonly missingIn: readonly string[]
}

/** Verdicts on the settings that a Region has; none about fewer than two Regions. */
export function compareRegionalSettings(
  byRegion: ReadonlyMap<string, JsonObject>,
): readonly SettingVerdict[] {
  const regions = [...byRegion.keys()]
  if (regions.length < 2) return []
  return COMPARED_SETTINGS.flatMap((setting): readonly SettingVerdict[] => {
    const texts = regions.map((region) => comparable(byRegion.get(region)?.[setting], regions))
    const missingIn = regions.filter((_, at) => isEmpty(texts[at]))
    if (missingIn.length === regions.length) return []
    const isEqual = new Set(texts).size === 1
    const verdict = missingIn.length > 0 ? 'MISSING' : isEqual ? 'EQUAL' : 'DIFFERS'
    return [{ setting, verdict, missingIn }]
  })
}

const isEmpty = (text = '') => ['', '[]', '{}'].includes(text)

/** JSON with members in order, in which the Regions have one name. */
function comparable(value: unknown, regions: readonly string[]): string {
  if (value === undefined || value === null) return ''
  return regions.reduce((text, region) => text.replaceAll(region, '{region}'), orderedJson(value))
}
