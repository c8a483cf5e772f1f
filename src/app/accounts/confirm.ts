// The end of a sign-up: its code makes the user CONFIRMED and the address verified.

import type { BoundFlows } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { autoVerifiedContact, type Contact } from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { User } from '#domain/user/user.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { CodeOutcome } from '#ports/regional.js'
import { type ClientContext, findNamedUser, type TypedName } from './named-user.js'
import { type AccountOutcome, type AccountServices, done } from './services.js'
import type { ChangeOutcome } from './user-records.js'

/**
 * ConfirmSignUp. Where the client must not learn who exists and in which status, only the bearer of
 * the code learns anything of the user: a wrong code is a wrong code for everybody and for nobody,
 * as often as a code bears it.
 *
 * Deviation: with PreventUserExistenceErrors, ConfirmSignUp gives CodeMismatchException for a
 * user who does not exist or is confirmed, where the service gives ExpiredCodeException and the
 * status: either would tell such a name from one that waits for its code.
 */
export async function confirmSignUp(
  deps: Pick<AccountServices, 'poolKeys' | 'users' | 'poolWork' | 'clock'>,
  context: ClientContext<PrimaryPool>,
  request: TypedName & {
    readonly code: string
    readonly forceAliasCreation: boolean
    readonly sourceIp: string
  },
): Promise<AccountOutcome> {
  const { pool, client } = context
  const named = await findNamedUser(deps, context, request)
  if (named.kind === 'refused') return named
  const { user, sub } = named
  const { code, sourceIp, forceAliasCreation } = request
  const isHidden = hidesUsers(client.settings)
  if (!isHidden && user && user.status !== 'UNCONFIRMED') return notConfirmable(user)
  const contact = user && autoVerifiedContact(pool.settings, user)
  const address = contact?.value
  const attempt = { sub, purpose: 'sign-up', code, address, sourceIp } as const
  return deps.poolWork.run(pool, async (bound) => {
    const checked = await bound.codes.check(pool, { ...attempt, isHidden })
    if (checked !== 'match') return codeRefusal(checked)
    // A decoy's code matches nothing.
    if (user === undefined) return refused('code-expired')
    // The bearer of the code may know what became of the sign-up.
    if (user.status !== 'UNCONFIRMED') return notConfirmable(user)
    const outcome = await confirm(bound, deps.clock, pool, { user, contact, forceAliasCreation })
    // Only a confirmation uses the code up: a user whose alias is taken may insist with it.
    if (outcome.kind === 'done') await bound.codes.take(pool, attempt)
    return outcome
  })
}

/** AdminConfirmSignUp: confirmed by an administrator; no address is verified by that. */
export async function confirmByAdmin(
  { poolWork, clock }: Pick<AccountServices, 'poolWork' | 'clock'>,
  pool: PrimaryPool,
  user: User,
): Promise<AccountOutcome> {
  if (user.status !== 'UNCONFIRMED') return notConfirmable(user)
  const request = { user, contact: undefined, forceAliasCreation: false }
  return poolWork.run(pool, (bound) => confirm(bound, clock, pool, request))
}

/** What a code that does not match means. */
export function codeRefusal(outcome: Exclude<CodeOutcome, 'match'>): Refused {
  return refused(outcome === 'too-many-failures' ? 'code-failures' : `code-${outcome}`)
}

async function confirm(
  { users }: BoundFlows,
  clock: Clock,
  pool: PrimaryPool,
  request: {
    readonly user: User
    /** The address that a code has proven. */
    readonly contact: Contact | undefined
    readonly forceAliasCreation: boolean
  },
): Promise<AccountOutcome> {
  const { user, contact, forceAliasCreation } = request
  const nowMs = clock.nowMs()
  const withProof = ({ attributes }: User) => ({
    ...attributes,
    ...(contact && attributes[contact.attributeName] === contact.value
      ? { [`${contact.attributeName}_verified`]: 'true' }
      : {}),
  })
  const confirmed: User = { ...user, status: 'CONFIRMED', attributes: withProof(user) }
  const write = () =>
    users.change(pool, user.sub, {
      nowMs,
      decide: (now) => ({ status: 'CONFIRMED', attributes: withProof(now) }),
    })
  const isLost = (outcome: ChangeOutcome) =>
    outcome.kind === 'refused' && outcome.reason === 'alias-exists'
  const changed = forceAliasCreation
    ? await users.takeAliases(pool, confirmed, { nowMs, write, isLost })
    : await write()
  return changed.kind === 'changed' ? done(changed.user) : changed
}

function notConfirmable({ status }: User): Refused {
  return refused('not-confirmable', status)
}
