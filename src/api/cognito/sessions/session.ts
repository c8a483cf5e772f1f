// A session of a user on the wire (SessionDescriptionType).
import type { UserSession } from '#app/sessions/user-sessions.js'
import type { CognitoOutput } from '#contract/types.js'
import { errorFor } from '../refusals.js'

type SessionShape = NonNullable<CognitoOutput<'ListUserSessions'>['Sessions']>[number]

export function toSessionShape(session: UserSession): SessionShape {
  return {
    SessionId: session.id,
    SessionType: 'TOKEN',
    ClientId: session.clientId,
    CreateDate: new Date(session.createdAtMs),
    LastActiveDate: new Date(session.lastActiveAtMs),
    DeviceType: session.deviceType,
    LastIPAddress: session.ip,
    IsCurrentSession: session.isCurrent,
  }
}

/** There is one page, so that no token is one of this list. */
export function requireNoToken(token: string | undefined): void {
  if (token !== undefined) throw errorFor('page-token-invalid')
}
