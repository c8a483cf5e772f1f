import { kmsOperation } from './operation.js'
import { startOfPage, toPage } from './paging.js'

const LIMIT = 100

export const ListKeys = kmsOperation({
  name: 'ListKeys',
  key: 'none',
  state: 'any',
  async run(ctx, input) {
    ctx.access.authoriseByIam(ctx.question('ListKeys'), '*')
    const limit = input.Limit ?? LIMIT
    const ids = await ctx.keys.list({ afterId: startOfPage(input.Marker), limit: limit + 1 })
    const { page, ...rest } = toPage(ids, limit, (id) => id)
    return { Keys: page.map((id) => ({ KeyId: id, KeyArn: ctx.keyArn(id) })), ...rest }
  },
})
