import { judgeEvent } from '#app/risk/event-list.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from '../users/user.js'
import { requireAddOn } from './risk-configuration.js'

/** Takes an administrator's word of whether an event was the user's own. */
export const AdminUpdateAuthEventFeedback = operation(
  { name: 'AdminUpdateAuthEventFeedback', auth: 'iam', region: 'active' },
  async (ctx, { Username, EventId: eventId, FeedbackValue: value }) => {
    requireAddOn(ctx.pool)
    const { sub } = await requireUser(ctx, Username)
    unwrap(await judgeEvent(ctx, ctx.pool, { eventId, sub }, { value, provider: 'Admin' }))
    return {}
  },
)
