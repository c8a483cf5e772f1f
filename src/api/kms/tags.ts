import type { KmsInput } from '#contract/types.js'
import { KmsError } from '#kms/errors.js'
import { changeKey, kmsOperation } from './operation.js'
import { startOfPage, toPage } from './paging.js'

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

function withoutTags(tags: Tags, names: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !names.includes(name)))
}

export function tagList(tags: Tags): { TagKey: string; TagValue: string }[] {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
}

export const TagResource = kmsOperation(
  { name: 'TagResource', key: 'id', state: 'not-pending' },
  async (ctx, input) => {
    await changeKey(ctx, (key) => ({ ...key, tags: withTags(key.tags, input.Tags) }))
    return {}
  },
)

export const UntagResource = kmsOperation(
  { name: 'UntagResource', key: 'id', state: 'not-pending' },
  async (ctx, input) => {
    await changeKey(ctx, (key) => ({
      ...key,
      tags: withoutTags(key.tags, input.TagKeys),
    }))
    return {}
  },
)

const LIMIT = 50

export const ListResourceTags = kmsOperation(
  { name: 'ListResourceTags', key: 'id', state: 'any' },
  (ctx, input) => {
    const after = startOfPage(input.Marker)
    const tags = tagList(ctx.key.tags).filter((tag) => tag.TagKey > after)
    const { page, ...rest } = toPage(tags, input.Limit ?? LIMIT, (tag) => tag.TagKey)
    return { Tags: page, ...rest }
  },
)
