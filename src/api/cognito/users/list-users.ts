import { listUsers } from '#app/accounts/user-list.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toUserShape } from './user.js'

/** Lists users, all or those that a filter names. */
export const ListUsers = operation(
  { name: 'ListUsers', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const outcome = await listUsers(ctx, ctx.pool, {
      filter: input.Filter,
      limit: input.Limit,
      token: input.PaginationToken,
    })
    const page = unwrap(outcome)
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
)
