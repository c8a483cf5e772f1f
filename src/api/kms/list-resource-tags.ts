import { kmsOperation } from './operation.js'
import { startOfPage, toPage } from './paging.js'
import { tagList } from './tags.js'

const LIMIT = 50

export const ListResourceTags = kmsOperation({
  name: 'ListResourceTags',
  key: 'id',
  state: 'any',
  run(ctx, input) {
    const after = startOfPage(input.Marker)
    const tags = tagList(ctx.key.tags).filter((tag) => tag.TagKey > after)
    const { page, ...rest } = toPage(tags, input.Limit ?? LIMIT, (tag) => tag.TagKey)
    return { Tags: page, ...rest }
  },
})
