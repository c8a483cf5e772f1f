// The end of a sign-up: its code makes the user CONFIRMED and the address verified.

import { sessionOfSignUp, signUpSessionRefusal } from '#app/auth/after-sign-up.js'
import type { BoundFlows } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { autoVerifiedContact, type Contact } from '#domain/message/contact.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { User } from '#domain/user/user.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { CodeOutcome } from '#ports/regional.js'
import { type ClientContext, findNamedUser, type TypedName } from './named-user.js'
import {
  type AccountContext,
  type AccountOutcome,
  type AccountServices,
  done,
  type SignUpOutcome,
} from './services.js'
import { afterConfirmation } from './triggers.js'
import type { ChangeOutcome } from './user-records.js'

/**
 * ConfirmSignUp. Where the client must not learn who exists and in which status, only the bearer of
 * the code learns anything of the user: a wrong code is a wrong code whether or not there is a
 * user, as often as a code bears it.
 *
 * Deviation: with PreventUserExistenceErrors, ConfirmSignUp gives CodeMismatchException for a
 * user who does not exist or is confirmed, where the service gives ExpiredCodeException and the
 * status: either would tell such a name from one that waits for its code.
 */
export async function confirmSignUp(
  deps: Pick<AccountServices, 'poolKeys' | 'users' | 'poolWork' | 'triggers' | 'clock' | 'random'>,
  context: ClientContext<PrimaryPool>,
  request: TypedName & {
    readonly code: string
    readonly forceAliasCreation: boolean
    /** That of the sign-up, if the client kept it. */
    readonly session?: string | undefined
  },
): Promise<SignUpOutcome> {
  const { pool, client } = context
  const { sourceIp } = context.request
  const named = await findNamedUser(deps, context, request)
  if (named.kind === 'refused') return named
  const { user, sub } = named
  const unrelated = await signUpSessionRefusal(deps, context, { text: request.session, sub })
  if (unrelated !== undefined) return unrelated
  const { code, forceAliasCreation: takesAliases } = request
  const isHidden = hidesUsers(client.settings)
  if (!isHidden && user && user.status !== 'UNCONFIRMED') return notConfirmable(user)
  const contact = user && autoVerifiedContact(pool.settings, user)
  const address = contact?.value
  const attempt = { sub, purpose: 'sign-up', code, address, sourceIp } as const
  const outcome = await deps.poolWork.run(pool, async (bound) => {
    const checked = await bound.codes.check(pool, { ...attempt, isHidden })
    if (checked !== 'match') return codeRefusal(checked)
    // A decoy's code matches nothing.
    if (user === undefined) return refused('code-expired')
    // The bearer of the code may know what became of the sign-up.
    if (user.status !== 'UNCONFIRMED') return notConfirmable(user)
    const proven = contact === undefined ? [] : [contact]
    const change = { user, status: 'CONFIRMED', proven, takesAliases } as const
    const confirmed = await confirm(bound, deps.clock, pool, change)
    // Only a confirmation uses the code up: a user whose alias is taken may insist with it.
    if (confirmed.kind === 'done') await bound.codes.take(pool, attempt)
    return confirmed
  })
  const source = 'PostConfirmation_ConfirmSignUp'
  const confirmed = await afterConfirmation(deps, context, source, outcome)
  if (confirmed.kind === 'refused') return confirmed
  const isProven = contact && confirmed.user.attributes[contact.attributeName] === contact.value
  if (!isProven) return { ...confirmed, session: undefined }
  const signedUp = { user: confirmed.user, typedName: request.username, proven: contact }
  return { ...confirmed, session: await sessionOfSignUp(deps, context, signedUp) }
}

/** AdminConfirmSignUp: confirmed by an administrator; no address is verified by that. */
export async function confirmByAdmin(
  deps: Pick<AccountServices, 'poolWork' | 'triggers' | 'clock'>,
  context: AccountContext,
  user: User,
): Promise<AccountOutcome> {
  const { pool } = context
  if (user.status !== 'UNCONFIRMED') return notConfirmable(user)
  const change = { user, status: 'CONFIRMED', proven: [], takesAliases: false } as const
  const outcome = await deps.poolWork.run(pool, (bound) => confirm(bound, deps.clock, pool, change))
  return afterConfirmation(deps, context, 'PostConfirmation_ConfirmSignUp', outcome)
}

/** What a code that does not match means. */
export function codeRefusal(outcome: Exclude<CodeOutcome, 'match'>): Refused {
  return refused(outcome === 'too-many-failures' ? 'code-failures' : `code-${outcome}`)
}

/** Sets the status of a user who has signed up, and which addresses are verified. */
export async function confirm(
  { users }: Pick<BoundFlows, 'users'>,
  clock: Clock,
  pool: PrimaryPool,
  change: {
    readonly user: User
    readonly status: User['status']
    /** The addresses that count as proven. */
    readonly proven: readonly Contact[]
    /** Whether aliases that they become are taken from the users who hold them. */
    readonly takesAliases: boolean
  },
): Promise<AccountOutcome> {
  const { user, status, proven, takesAliases } = change
  const nowMs = clock.nowMs()
  const withProofs = ({ attributes }: User) => ({
    ...attributes,
    ...Object.fromEntries(
      proven
        .filter(({ attributeName, value }) => attributes[attributeName] === value)
        .map(({ attributeName }) => [`${attributeName}_verified`, 'true']),
    ),
  })
  const confirmed: User = { ...user, status, attributes: withProofs(user) }
  const write = () =>
    users.change(pool, user.sub, {
      nowMs,
      decide: (now) => ({ status, attributes: withProofs(now) }),
    })
  const isLost = (outcome: ChangeOutcome) =>
    outcome.kind === 'refused' && outcome.reason === 'alias-exists'
  const changed = takesAliases
    ? await users.takeAliases(pool, confirmed, { nowMs, write, isLost })
    : await write()
  return changed.kind === 'changed' ? done(changed.user) : changed
}

function notConfirmable({ status }: User): Refused {
  return refused('not-confirmable', status)
}
