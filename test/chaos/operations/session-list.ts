// Sessions as the primary lists them: an ended one is not among them, and one of them is ended.
import {
  AdminListUserSessionsCommand,
  AdminRevokeUserSessionCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { tokenSessionId } from '#domain/token/user-session.js'
import { claimsOf } from '#test/support/test-api.js'
import { wordsOf } from '../calls.js'
import type { Chance } from '../chance.js'
import { refreshExpected } from '../expectations.js'
import type { Person, Session } from '../record.js'
import type { World } from '../world.js'
import { endSession } from './endings.js'
import { type Operation, onPerson } from './operation.js'

function idOf({ accessToken }: Session): string {
  return tokenSessionId(String(claimsOf(accessToken)['origin_jti']))
}

/** Lists the sessions of a user, and compares the list with the record. */
export async function listSessions(world: World, person: Person): Promise<void> {
  const { pool, username: Username } = person
  const { home } = pool
  if (pool.apiMachine === undefined) return
  // A session is over there only if it was when the call began.
  const over = person.sessions.filter((session) => refreshExpected(session, home) === 'must not')
  const isEnded = (session: Session) =>
    session.endings.length > 0 && refreshExpected(session, home) === 'must not'
  const outcome = await world.calls.cognito(home, (client, how) =>
    client.send(new AdminListUserSessionsCommand({ UserPoolId: pool.id, Username }), how),
  )
  if (outcome.kind !== 'done') return
  world.count('AdminListUserSessions')
  const listed = new Set((outcome.output.Sessions ?? []).map(({ SessionId }) => SessionId))
  for (const session of over.filter(isEnded)) {
    if (session.endings.every(({ isDirectory }) => isDirectory)) continue
    if (!listed.has(idOf(session))) continue
    world.violate('no ended session is alive', session, `it is listed at ${home}`)
  }
}

async function revokeSession(world: World, person: Person, chance: Chance): Promise<void> {
  const { pool, username: Username } = person
  const alive = person.sessions.filter(({ state }) => state === 'alive')
  const session = chance.pick(alive)
  if (session === undefined || pool.apiMachine === undefined) return
  const outcome = await world.calls.cognito(pool.home, (client, how) =>
    client.send(
      new AdminRevokeUserSessionCommand({
        UserPoolId: pool.id,
        Username,
        SessionId: idOf(session),
        RevokeAssociatedSessions: chance.is(0.5) ? 'LINKED' : 'NONE',
      }),
      how,
    ),
  )
  world.note(session, `AdminRevokeUserSession at ${pool.home}: ${wordsOf(outcome)}`)
  const isSure = outcome.kind === 'done'
  if (isSure) world.count('AdminRevokeUserSession')
  if (!isSure && outcome.kind !== 'unknown') return
  const by = { what: 'AdminRevokeUserSession', region: pool.home, startedAtMs: 0 }
  endSession(session, { ...by, isSure })
}

export const SESSION_LIST_OPERATIONS: readonly Operation[] = [
  onPerson('list the sessions of a user', 4, listSessions),
  onPerson('revoke a session of a user', 2, revokeSession),
]
