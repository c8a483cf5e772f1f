import { listEvents } from '#app/risk/event-list.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from '../users/user.js'
import { toAuthEventShape } from './auth-event.js'
import { requireAddOn } from './risk-configuration.js'

/** Lists what threat protection has recorded of a user, in all Regions. */
export const AdminListUserAuthEvents = operation(
  { name: 'AdminListUserAuthEvents', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    requireAddOn(ctx.pool)
    const { sub } = await requireUser(ctx, input.Username)
    const page = { limit: input.MaxResults, token: input.NextToken }
    const { items, nextToken } = unwrap(await listEvents(ctx, { pool: ctx.pool, sub }, page))
    return { AuthEvents: items.map(toAuthEventShape), NextToken: nextToken }
  },
)
