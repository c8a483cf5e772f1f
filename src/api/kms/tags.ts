// Tags of keys. KMS API reference, "TagResource"; "Quotas", 2026.
import type { KmsInput } from '#contract/types.js'
import { KmsError } from '#kms/errors.js'

type Tags = Readonly<Record<string, string>>
type GivenTags = KmsInput<'TagResource'>['Tags']

const TAGS_MAX = 50

/** `tags` with `given` set. Throws TagException or LimitExceededException. */
export function withTags(tags: Tags, given: GivenTags = []): Tags {
  const names = given.map((tag) => tag.TagKey)
  if (new Set(names).size < names.length) {
    throw new KmsError('TagException', 'A tag key is given more than once.')
  }
  const reserved = names.find((name) => name.toLowerCase().startsWith('aws:'))
  if (reserved !== undefined) {
    throw new KmsError('TagException', `The tag key ${reserved} is reserved.`)
  }
  const entries = given.map((tag): [string, string] => [tag.TagKey, tag.TagValue])
  const all = new Map([...Object.entries(tags), ...entries])
  if (all.size > TAGS_MAX) {
    throw new KmsError('LimitExceededException', `A key has ${TAGS_MAX} tags at most.`)
  }
  return Object.fromEntries(all)
}

export function withoutTags(tags: Tags, names: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !names.includes(name)))
}

export function tagList(tags: Tags): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
}
