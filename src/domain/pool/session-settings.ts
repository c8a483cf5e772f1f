// Whether a pool keeps records of its users' sessions, as rows of the table of its settings. Where
// they are absent it does not, and sessions are known by their sealed tokens only.

import { inEffect } from '../settings/decisions.js'
import { count, oneOf, struct } from '../settings/shape.js'
import { global } from '../settings/table.js'

const RESET = { SetUserPoolSessionConfiguration: 'reset' } as const

/** Cognito: developer guide, "Managing user sessions", 2026. */
export const SESSIONS_PER_USER = 20

/** Rows of the settings that follow the primary Region. */
export const sessionTable = {
  userSessionTracking: global({
    wire: 'UserSessionTracking',
    shape: oneOf(['ENABLED', 'DISABLED'], 'DISABLED'),
    changedBy: RESET,
    describedAs: undefined,
    tier: (tracking) =>
      tracking === 'ENABLED' ? { what: 'User session tracking', plan: 'ESSENTIALS' } : undefined,
  }),
  tokenSession: global({
    wire: 'TokenSession',
    shape: struct({ maxPerUser: count }),
    changedBy: RESET,
    describedAs: undefined,
    decision: { MaxPerUser: inEffect },
  }),
}
