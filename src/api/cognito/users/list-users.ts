import { operation } from '../operation.js'
import { toUserShape } from './shape.js'

/** Lists users, all or those that a filter names. */
export const ListUsers = operation({
  name: 'ListUsers',
  auth: 'iam',
  region: 'any',
  errors: [],
  async run(ctx, input) {
    const page = await ctx.userList.page(ctx.pool, {
      filter: input.Filter,
      limit: input.Limit,
      token: input.PaginationToken,
    })
    if (page.kind === 'refused') return ctx.fail('InvalidParameterException', page.message)
    const only = input.AttributesToGet
    const known = new Set(ctx.pool.settings.schemaAttributes.map(({ name }) => name))
    const unknown = only?.find((name) => !known.has(name))
    if (unknown !== undefined) {
      ctx.fail('InvalidParameterException', `Invalid search attribute: ${unknown}`)
    }
    return {
      Users: page.users.map((user) => toUserShape(user, only)),
      PaginationToken: page.nextToken,
    }
  },
})
