// Codes that callers ask for. ForgotPassword and ResendConfirmationCode are open to every caller
// who knows a name; a client that must not learn who exists is told of a delivery in any case.
// Cognito: developer guide, "Managing user existence error responses", 2026: absent and disabled
// users are hidden; that a user is confirmed already is said, and sign-up pages rely on it.

import type { CodePurpose } from '#app/messages/codes.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import {
  autoVerifiedContact,
  type Contact,
  type Delivery,
  decoyContact,
  isRecoveryByAdminOnly,
  recoveryContact,
} from '#domain/message/contact.js'
import type { MessageReason } from '#domain/message/templates.js'
import { type Refused, refused } from '#domain/refusal.js'
import { normalName } from '#domain/user/aliases.js'
import { addressToProve, isAddress } from '#domain/user/attribute-changes.js'
import type { UserFactors } from '#domain/user/factors.js'
import type { User } from '#domain/user/user.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import {
  type ClientContext,
  findNamedUser,
  type Migrate,
  type NamedUser,
  type TypedName,
} from './named-user.js'
import { sendThenWrite, toAccountOutcome } from './send-first.js'
import {
  type AccountContext,
  type AccountOutcome,
  type AccountServices,
  recordedAs,
} from './services.js'
import { eventOf } from './triggers.js'

type Deps = Pick<
  AccountServices,
  'poolKeys' | 'users' | 'codes' | 'poolWork' | 'deliveries' | 'triggers' | 'threats'
>

/** A code is on its way, or so it is said. */
export interface CodeRequested {
  readonly kind: 'done'
  readonly delivery: Delivery | undefined
}

/** ForgotPassword: a code to a verified address. The old password stays until it is used. */
export async function forgotPassword(
  deps: Deps,
  context: ClientContext<PrimaryPool>,
  name: TypedName,
): Promise<CodeRequested | Refused> {
  const { pool } = context
  if (isRecoveryByAdminOnly(pool.settings)) return refused('recovery-by-admin-only')
  const purpose = 'forgot-password'
  const migrate = () =>
    deps.triggers.userMigration({
      ...eventOf(context),
      source: 'UserMigration_ForgotPassword',
      username: name.username,
      password: undefined,
    })
  return requestCode(deps, context, { ...name, purpose, migrate }, async (user, factors) => {
    if (!user.isEnabled) return refused('user-disabled')
    if (user.status === 'FORCE_CHANGE_PASSWORD') return refused('not-resettable')
    const contact = recoveryContact(pool.settings, user, factors)
    if (contact === undefined) return refused('no-recovery-contact')
    return sendCounted(deps, context, user, { purpose, reason: 'ForgotPassword', contact })
  })
}

/** ResendConfirmationCode: the sign-up code again; the earlier one no longer counts. */
export function resendSignUpCode(
  deps: Deps,
  context: ClientContext<PrimaryPool>,
  name: TypedName,
): Promise<CodeRequested | Refused> {
  const { pool } = context
  const purpose = 'sign-up'
  return requestCode(deps, context, { ...name, purpose }, async (user) => {
    if (user.status !== 'UNCONFIRMED') return refused('already-confirmed')
    const contact = autoVerifiedContact(pool.settings, user)
    if (contact === undefined) return refused('no-auto-verification')
    return sendCounted(deps, context, user, { purpose, reason: 'ResendCode', contact })
  })
}

/** GetUserAttributeVerificationCode: a code that proves an address of a signed-in user. */
export async function sendAttributeCode(
  deps: Pick<AccountServices, 'codes' | 'poolWork' | 'deliveries' | 'triggers'>,
  context: AccountContext,
  user: User,
  attributeName: string,
): Promise<AccountOutcome> {
  if (!isAddress(attributeName)) return refused('attribute-not-verifiable')
  const contact = addressToProve(user, attributeName)
  if (contact === undefined) {
    return refused('invalid-parameter', `User does not have a ${attributeName} attribute.`)
  }
  const purpose = `verify:${contact.attributeName}` as const
  return sendCounted(deps, context, user, { purpose, reason: 'VerifyUserAttribute', contact })
}

interface CodeRequest extends TypedName {
  readonly purpose: 'forgot-password' | 'sign-up'
  readonly migrate?: Migrate
}

type SendCode = (user: User, factors: UserFactors) => Promise<AccountOutcome>

/** Sends a code to the user whom the request names, by `send`. */
async function requestCode(
  deps: Deps,
  context: ClientContext<PrimaryPool>,
  request: CodeRequest,
  send: SendCode,
): Promise<CodeRequested | Refused> {
  const named = await findNamedUser(deps, context, request, request.migrate)
  if (named.kind === 'refused') return named
  const outcome = await requestFor(deps, context, { request, named }, send)
  const kind = request.purpose === 'sign-up' ? 'ResendCode' : 'ForgotPassword'
  const response = recordedAs(outcome)
  const { username } = named.user ?? request
  deps.threats.record(context, kind, { sub: named.sub, username, response })
  return outcome
}

async function requestFor(
  deps: Deps,
  context: ClientContext<PrimaryPool>,
  { request, named }: { readonly request: CodeRequest; readonly named: NamedUser },
  send: SendCode,
): Promise<CodeRequested | Refused> {
  const { pool, client } = context
  const { user, factors, sub } = named
  const outcome = user === undefined ? refused('user-absent') : await send(user, factors)
  if (outcome.kind === 'done' || !hidesUsers(client.settings)) return outcome
  if (isAboutMessages(outcome)) return outcome
  const isConfirmed = user?.status === 'CONFIRMED' && user.isEnabled
  if (outcome.reason === 'already-confirmed' && isConfirmed) return outcome
  // Who may be told that a user exists is told why no code was sent; others see a code "sent",
  // which then runs into the same limits as a real one.
  // Both operations name the same place for a user, as they do for a name without one.
  const { settings } = pool
  const known =
    user && (recoveryContact(settings, user, factors) ?? autoVerifiedContact(settings, user))
  const contact = known ?? (await madeUpContact(deps, pool, request.username))
  return pretendToSend(deps, pool, { sub, purpose: request.purpose, contact })
}

/** What is the same for every name, since a decoy meets it too. */
function isAboutMessages({ reason }: Refused): boolean {
  return reason === 'too-many-codes' || reason === 'code-not-delivered' || reason === 'daily-quota'
}

/** The steps of a code that is sent, in their order, without a message. */
export async function pretendToSend(
  { deliveries, codes }: Pick<AccountServices, 'deliveries' | 'codes'>,
  pool: Pool,
  decoy: {
    readonly sub: string
    readonly purpose: CodePurpose
    readonly contact: Contact
    readonly lifeMs?: number
  },
): Promise<CodeRequested | Refused> {
  if (!(await deliveries.reserve(pool, decoy))) return refused('too-many-codes')
  const pretended = await deliveries.pretend(pool, decoy)
  if (pretended.kind === 'refused') {
    await deliveries.giveBack(pool, decoy)
    return pretended
  }
  await codes.record(pool, pretended)
  return { kind: 'done', delivery: pretended.delivery }
}

/** The same name gives the same address each time, which cannot be derived without the key. */
async function madeUpContact(
  { poolKeys }: Pick<AccountServices, 'poolKeys'>,
  pool: PrimaryPool,
  username: string,
): Promise<Contact> {
  const cipher = await poolKeys.cipher(pool)
  const hash = cipher.hash('decoy-delivery', normalName(pool.settings, username))
  return decoyContact(pool.settings, username, hash)
}

/** Counts a code that a caller asked for and sends it; a code that was not sent is not counted. */
async function sendCounted(
  deps: Pick<AccountServices, 'codes' | 'poolWork' | 'deliveries' | 'triggers'>,
  context: AccountContext,
  user: User,
  sending: {
    readonly purpose: CodePurpose
    readonly reason: MessageReason
    readonly contact: Contact
  },
): Promise<AccountOutcome> {
  const { purpose, reason, contact } = sending
  const carries = { kind: 'code', purpose } as const
  const message = { reason, contact, carries, isCounted: true }
  return toAccountOutcome(await sendThenWrite(deps, context, { user, messages: [message] }))
}
