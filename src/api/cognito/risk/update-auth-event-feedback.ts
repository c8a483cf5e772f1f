import { feedbackTokenRefusal, judgeEvent } from '#app/risk/event-list.js'
import { operation } from '../operation.js'
import { requireNoRefusal, unwrap } from '../refusals.js'
import { requireUser } from '../users/user.js'
import { requireAddOn } from './risk-configuration.js'

/** Takes the user's word, by the token of a notice, of whether an event was the user's own. */
export const UpdateAuthEventFeedback = operation(
  { name: 'UpdateAuthEventFeedback', auth: 'public', region: 'active' },
  async (ctx, input) => {
    const { Username: username, EventId: eventId, FeedbackToken: token } = input
    const { pool } = ctx
    requireAddOn(pool)
    // Before the user is looked up: the caller may be anybody.
    requireNoRefusal(await feedbackTokenRefusal(ctx, pool, { username, eventId, token }))
    const { sub } = await requireUser(ctx, username)
    const word = { value: input.FeedbackValue, provider: 'User' } as const
    unwrap(await judgeEvent(ctx, pool, { eventId, sub }, word))
    return {}
  },
)
