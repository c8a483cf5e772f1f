// New users: those who sign themselves up, and those whom an administrator creates. Both write the
// directory, so they take a PrimaryPool.

import { sessionOfSignUp } from '#app/auth/after-sign-up.js'
import type { BoundFlows } from '#app/unit-of-work.js'
import { credentialFor, temporaryUntilMs } from '#domain/credential/new-credential.js'
import { temporaryPassword } from '#domain/credential/password-policy.js'
import { autoVerifiedContact, type Contact, contactFor } from '#domain/message/contact.js'
import { isCodeEnough, isPasswordOptional } from '#domain/pool/sign-in-policy.js'
import { type Refused, refused } from '#domain/refusal.js'
import { nameNewUser } from '#domain/user/aliases.js'
import { attributeRefusal } from '#domain/user/attributes.js'
import type { Credential, User } from '#domain/user/user.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { InsertedUser } from '#ports/directory.js'
import { type PreSignUpEvent, type PreSignUpResponse, TriggerError } from '#ports/triggers.js'
import { confirm } from './confirm.js'
import { type ClientContext, proofRefusal, type TypedName } from './named-user.js'
import { type MessageFirst, sendThenWrite, toAccountOutcome } from './send-first.js'
import {
  type AccountContext,
  type AccountOutcome,
  type AccountServices,
  done,
  type SignUpOutcome,
} from './services.js'
import { afterConfirmation, eventOf } from './triggers.js'

type Attributes = Readonly<Record<string, string>>
type Deps = Pick<
  AccountServices,
  'codes' | 'poolWork' | 'deliveries' | 'triggers' | 'clock' | 'random'
>
type ValidationData = PreSignUpEvent['validationData']
type SignUpDeps = Deps & Pick<AccountServices, 'poolKeys'>

/** A SignUp call. */
interface SignUpRequest extends TypedName {
  readonly password: string | undefined
  readonly attributes: Attributes
  readonly validationData: ValidationData
}

/** That of a user without a password. */
const NO_CREDENTIAL = { kind: 'made', credential: undefined } as const

/** An AdminCreateUser call. */
export interface Invitation {
  readonly username: string
  readonly attributes: Attributes
  readonly temporaryPassword: string | undefined
  readonly forceAliasCreation: boolean
  /** RESEND sends a new invitation to a user who has not signed in yet. */
  readonly action: 'SEND' | 'SUPPRESS' | 'RESEND'
  readonly media: readonly ('EMAIL' | 'SMS')[]
  readonly validationData: ValidationData
}

/** Who a new user is, before anything is stored. */
export interface NewUser {
  readonly kind: 'named'
  /** The name that was asked for; in a pool of addresses the user's own name is another. */
  readonly typedName: string
  readonly user: User
}

/** SignUp: an UNCONFIRMED user and a code to an address that the pool verifies. */
export async function signUp(
  deps: SignUpDeps & Pick<AccountServices, 'threats'>,
  context: ClientContext<PrimaryPool>,
  request: SignUpRequest,
): Promise<SignUpOutcome> {
  const unproven = await proofRefusal(deps, context, request)
  if (unproven !== undefined) return unproven
  const { threats } = deps
  const { isCompromised, refusal } = await threats.passwordRisk(
    context,
    request.password,
    'SIGN_UP',
  )
  if (refusal !== undefined) return refusal
  const outcome = await signUpAs(deps, context, request)
  if (outcome.kind === 'refused') return outcome
  const { sub, username } = outcome.user
  threats.record(context, 'SignUp', { sub, username, response: 'Pass', isCompromised })
  return outcome
}

async function signUpAs(
  deps: SignUpDeps,
  context: ClientContext<PrimaryPool>,
  request: SignUpRequest,
): Promise<SignUpOutcome> {
  const { pool, client } = context
  const { password, validationData } = request
  if (password === undefined && !isPasswordOptional(pool.settings)) {
    return refused('invalid-parameter', 'Password is required.')
  }
  if (pool.settings.allowAdminCreateUserOnly) return refused('sign-up-not-permitted')
  const writable = client.settings.writeAttributes
  const named = nameUser(deps, pool, request, { writable, isAdmin: false })
  if (named.kind === 'refused') return named
  const { user } = named
  const made =
    password === undefined ? NO_CREDENTIAL : firstCredential(deps, pool, { user, password })
  if (made.kind === 'refused') return made
  const { credential } = made
  const event = { ...eventOf(context), source: 'PreSignUp_SignUp', user, validationData } as const
  const decision = await deps.triggers.preSignUp(event)
  const proven = autoVerified(user, decision)
  const contact = decision.autoConfirmUser ? undefined : autoVerifiedContact(pool.settings, user)
  const status = decision.autoConfirmUser ? 'CONFIRMED' : 'UNCONFIRMED'
  const write = async (bound: BoundFlows) => {
    const created = await createUser(bound, pool, named, { status, credential })
    if (created.kind === 'refused') return created
    // Behind the insertion, which claims all other names: of names in use only addresses are taken
    // over, since the customer's code vouches for them.
    const change = { user, status, proven, takesAliases: true } as const
    return proven.length === 0 ? created : await confirm(bound, deps.clock, pool, change)
  }
  const messages = contact === undefined ? [] : [signUpCode(contact)]
  const sent = await sendThenWrite(deps, context, { user, messages, write })
  const outcome = toAccountOutcome(sent)
  // Cognito: as cognito-local has it (signUp.ts, 2022): confirmed, be it without a code.
  if (decision.autoConfirmUser) {
    await afterConfirmation(deps, context, 'PostConfirmation_ConfirmSignUp', outcome)
  }
  if (outcome.kind === 'refused') return outcome
  // Without a code there is nothing that ConfirmSignUp could prove.
  if (contact === undefined) return { ...outcome, session: undefined }
  const signedUp = { user: outcome.user, typedName: request.username, proven: undefined }
  return { ...outcome, session: await sessionOfSignUp(deps, context, signedUp) }
}

function signUpCode(contact: Contact): MessageFirst {
  const carries = { kind: 'code', purpose: 'sign-up' } as const
  return { reason: 'SignUp', contact, carries, isCounted: false }
}

/** The addresses that the customer's code calls proven. */
function autoVerified(
  user: User,
  { autoVerifyEmail, autoVerifyPhone }: PreSignUpResponse,
): readonly Contact[] {
  const names = [
    ...(autoVerifyEmail ? (['email'] as const) : []),
    ...(autoVerifyPhone ? (['phone_number'] as const) : []),
  ]
  return names.map((name) => {
    const contact = contactFor(user, name)
    if (contact !== undefined) return contact
    throw new TriggerError('PreSignUp', 'invalid-response', `the user has no ${name} to verify`)
  })
}

/**
 * AdminCreateUser: a user who must replace a temporary password at the first sign-in; or one who
 * has none and signs in by codes, and so has nothing to wait for. An invitation is a temporary
 * password with words around it (templates must have a place for one), so the latter gets none.
 */
export async function inviteUser(
  deps: Deps & Pick<AccountServices, 'users'>,
  context: AccountContext,
  request: Invitation,
): Promise<AccountOutcome> {
  if (request.action === 'RESEND') return inviteAgain(deps, context, request)
  const { pool } = context
  const named = nameUser(deps, pool, request, { writable: undefined, isAdmin: true })
  if (named.kind === 'refused') return named
  const { user } = named
  const hasNone = request.temporaryPassword === undefined && isCodeEnough(pool.settings)
  const password = hasNone ? undefined : invitedPassword(deps, pool, request)
  const made =
    password === undefined
      ? NO_CREDENTIAL
      : firstCredential(deps, pool, { user, password, isTemporary: true })
  if (made.kind === 'refused') return made
  const { validationData } = request
  const source = 'PreSignUp_AdminCreateUser'
  // Cognito: developer guide, "Pre sign-up Lambda trigger", 2026: the response is ignored here.
  await deps.triggers.preSignUp({ ...eventOf(context), source, user, validationData })
  const write = async (bound: BoundFlows) => {
    const created = await createUser(bound, pool, named, {
      ...(hasNone && { status: 'CONFIRMED' as const }),
      credential: made.credential,
      takesAliases: request.forceAliasCreation,
    })
    if (created.kind === 'refused') {
      return created.reason === 'username-exists' ? refused('invited-user-exists') : created
    }
    return created
  }
  const isSent = request.action === 'SEND' && password !== undefined
  const messages = isSent ? invitations(user, { password, media: request.media }) : []
  return toAccountOutcome(await sendThenWrite(deps, context, { user, messages, write }))
}

/** A user under a name and with attributes that the pool allows. */
export function nameUser(
  { clock, random }: Pick<Deps, 'clock' | 'random'>,
  pool: PrimaryPool,
  request: Pick<Invitation, 'username' | 'attributes'>,
  by: { readonly writable: readonly string[] | undefined; readonly isAdmin: boolean },
): NewUser | Refused {
  const sub = random.uuid()
  const named = nameNewUser(pool.settings, { ...request, sub })
  if (named.kind === 'problem') return refused('invalid-parameter', named.problem)
  const { username, attributes } = named
  const schema = pool.settings.schemaAttributes
  const write = { schema, writes: attributes, isCreation: true, current: {}, ...by }
  const refusal = attributeRefusal(write)
  if (refusal !== undefined) return refusal
  const nowMs = clock.nowMs()
  const user: User = {
    sub,
    username,
    attributes,
    status: by.isAdmin ? 'FORCE_CHANGE_PASSWORD' : 'UNCONFIRMED',
    isEnabled: true,
    version: 1,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  }
  return { kind: 'named', typedName: request.username, user }
}

/**
 * Stores a new user, in the caller's unit of work. `takesAliases`: aliases that the new user
 * claims are taken from the users who hold them.
 */
export async function createUser(
  { users }: Pick<BoundFlows, 'users'>,
  pool: PrimaryPool,
  { typedName, user: asked }: NewUser,
  options: {
    readonly status?: User['status']
    readonly credential?: Credential | undefined
    readonly takesAliases?: boolean
  },
): Promise<AccountOutcome> {
  const user: User = { ...asked, status: options.status ?? asked.status }
  const write = () => users.insert(pool, user, options.credential)
  const isLost = (outcome: InsertedUser) => outcome === 'alias-exists'
  // An address in place of a user name is a name, and names are never taken over.
  const takesAliases = options.takesAliases && pool.settings.aliasAttributes.length > 0
  const inserted = takesAliases
    ? await users.takeAliases(pool, user, { nowMs: user.createdAtMs, write, isLost })
    : await write()
  if (inserted === 'inserted') return done(user)
  if (pool.settings.usernameAttributes.length > 0) {
    return refused('address-exists', typedName.includes('@') ? 'email' : 'phone_number')
  }
  return refused(inserted)
}

async function inviteAgain(
  deps: Deps & Pick<AccountServices, 'users'>,
  context: AccountContext,
  request: Invitation,
): Promise<AccountOutcome> {
  const { pool } = context
  const { media } = request
  const user = await deps.users.find(pool, request.username)
  if (user === undefined) return refused('user-absent')
  if (!isInvited(user)) return notInvited()
  const password = invitedPassword(deps, pool, request)
  const made = firstCredential(deps, pool, { user, password, isTemporary: true })
  if (made.kind === 'refused') return made
  const { credential } = made
  const write = async ({ users }: BoundFlows) => {
    const changed = await users.change(pool, user.sub, {
      nowMs: deps.clock.nowMs(),
      // A user who has chosen a password since keeps it.
      decide: (now) => (isInvited(now) ? { credential } : undefined),
    })
    if (changed.kind === 'refused') return changed
    return isInvited(changed.user) ? done(changed.user) : notInvited()
  }
  const messages = invitations(user, { password, media })
  return toAccountOutcome(await sendThenWrite(deps, context, { user, messages, write }))
}

const isInvited = ({ status }: User) => status === 'FORCE_CHANGE_PASSWORD'

function notInvited(): Refused {
  const why = 'Resend not possible. status is not FORCE_CHANGE_PASSWORD'
  return refused('unsupported-state', why)
}

function firstCredential(
  { clock, random }: Pick<Deps, 'clock' | 'random'>,
  pool: PrimaryPool,
  given: {
    readonly user: { readonly username: string }
    readonly password: string
    readonly isTemporary?: boolean
  },
) {
  const { user, password, isTemporary } = given
  const untilMs = isTemporary ? temporaryUntilMs(pool.settings, clock.nowMs()) : undefined
  const salt = random.bytes(16)
  const previous = undefined
  return credentialFor({ pool, user, password, salt, previous, temporaryUntilMs: untilMs })
}

function invitedPassword({ random }: Pick<Deps, 'random'>, pool: PrimaryPool, request: Invitation) {
  return request.temporaryPassword ?? temporaryPassword(pool.settings.passwordPolicy, random)
}

/** Where invitations go: by SMS unless the request names other media. */
function invitations(
  user: User,
  { password, media }: { readonly password: string; readonly media: Invitation['media'] },
): readonly MessageFirst[] {
  const kinds = media.length === 0 ? ['SMS' as const] : media
  return kinds.flatMap((medium) => {
    const contact = contactFor(user, medium === 'EMAIL' ? 'email' : 'phone_number')
    if (contact === undefined) return []
    const carries = { kind: 'password', password } as const
    return [{ reason: 'AdminCreateUser' as const, contact, carries, isCounted: false }]
  })
}
