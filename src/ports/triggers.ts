// Code of the customer's that the service calls at fixed points of its flows (Lambda triggers).
// Most pools have none: a call that has nothing to do returns at once and not a promise, so that it
// costs nothing where it is made.
//
// An event carries the request's context whole. What of it a trigger may see, and under which name,
// depends on the trigger and on the operation, and is for those who call the customer's code. They
// refuse the flow by throwing a TriggerError. Customer code may take seconds, so that no flow calls
// one of these inside of a transaction.
// Cognito: developer guide, "Customizing user pool workflows with Lambda triggers", 2026.
import type { Defined } from '#domain/challenge/state.js'
import type { CustomTexts, MessageReason } from '#domain/message/templates.js'
import type { RequestContext } from '#domain/request-context.js'
import type { Claims } from '#domain/token/claims.js'
import type { TriggerName } from '#domain/trigger/lambda-config.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from './capability.js'
import type { Client } from './directory.js'

/** What every event has. `client` is absent where an administrator acts without one. */
export interface TriggerEvent {
  readonly pool: Pool
  readonly client: Client | undefined
  readonly request: RequestContext
}

/** A sign-in begins; nothing is proven. */
export interface PreAuthenticationEvent extends TriggerEvent {
  readonly source: 'PreAuthentication_Authentication'
  /** The name as it was typed. */
  readonly username: string
  /** Absent where no user has the name. */
  readonly user: User | undefined
}

/** A user has proven everything; tokens come next. */
export interface PostAuthenticationEvent extends TriggerEvent {
  readonly source: 'PostAuthentication_Authentication'
  readonly user: User
  /** Whether the user's device is new; absent without device tracking. */
  readonly newDeviceUsed?: boolean | undefined
}

/** No user has the name. */
export interface UserMigrationEvent extends TriggerEvent {
  readonly source: 'UserMigration_Authentication' | 'UserMigration_ForgotPassword'
  readonly username: string
  /** Absent where the password is forgotten. */
  readonly password: string | undefined
}

/** A user is about to be created. */
export interface PreSignUpEvent extends TriggerEvent {
  readonly source: 'PreSignUp_SignUp' | 'PreSignUp_AdminCreateUser' | 'PreSignUp_ExternalProvider'
  /** The user as the request asks for. */
  readonly user: User
  /** ValidationData: what the app sends to the customer's code only. */
  readonly validationData: Readonly<Record<string, string>> | undefined
}

/** What becomes of a new user; only SignUp heeds it. */
export interface PreSignUpResponse {
  readonly autoConfirmUser: boolean
  readonly autoVerifyEmail: boolean
  readonly autoVerifyPhone: boolean
}

/** A user was confirmed, or has a new password by a code; what is written stays written. */
export interface PostConfirmationEvent extends TriggerEvent {
  readonly source: 'PostConfirmation_ConfirmSignUp' | 'PostConfirmation_ConfirmForgotPassword'
  readonly user: User
}

/** A message is about to be made. */
export interface CustomMessageEvent extends TriggerEvent {
  readonly source: `CustomMessage_${MessageReason}`
  readonly user: User
}

/** How a challenge of a sign-in ended; `metadata` is that of a custom one. */
export interface ChallengeRound {
  readonly name: string
  readonly isPassed: boolean
  readonly metadata?: string | undefined
}

/** A user comes from an identity provider; nothing is written yet. */
export interface InboundFederationEvent extends TriggerEvent {
  readonly source: 'InboundFederation_ExternalProvider'
  /** The name that the user has here. */
  readonly username: string
  readonly providerName: string
  /** `OIDC`, `SAML` or the name of a social provider, as the API spells them. */
  readonly providerType: string
  /** What the provider said: tokenResponse, idToken and userInfo, or samlResponse. */
  readonly attributes: Readonly<Record<string, unknown>>
}

/** A custom sign-in (CUSTOM_AUTH) needs the customer's code. */
export interface ChallengeAuthEvent extends TriggerEvent {
  readonly source: 'Authentication'
  /** Absent where no user has the name. */
  readonly user: User | undefined
  /** The name as it was typed. */
  readonly username: string
  /** What came before, the first one first. */
  readonly session: readonly ChallengeRound[]
}

/** A challenge that the customer's code made. */
export interface CustomChallenge {
  readonly publicParameters: Readonly<Record<string, string>>
  readonly privateParameters: Readonly<Record<string, string>>
  readonly metadata: string | undefined
}

/** The claims of the tokens of one issue. */
export interface TokenClaims {
  readonly id: Claims
  readonly access: Claims
}

/** Tokens are about to be signed; `user` is absent where the client itself is the subject. */
export interface PreTokenGenerationEvent<C extends Partial<TokenClaims>> extends TriggerEvent {
  readonly source:
    | 'TokenGeneration_Authentication'
    | 'TokenGeneration_NewPasswordChallenge'
    | 'TokenGeneration_AuthenticateDevice'
    | 'TokenGeneration_HostedAuth'
    | 'TokenGeneration_RefreshTokens'
    | 'TokenGeneration_ClientCredentials'
  readonly user: User | undefined
  readonly claims: C
}

type Awaitable<T> = T | Promise<T>

/**
 * Ends the flow that called a trigger. `refused`: the customer's code threw, and `text` is its
 * message. `invalid-response`: what it returned cannot be used. `not-invoked`: it could not be
 * called, or did not return in time.
 */
export class TriggerError extends Error {
  override readonly name = 'TriggerError'
  readonly trigger: TriggerName
  readonly failure: 'refused' | 'invalid-response' | 'not-invoked'

  constructor(trigger: TriggerName, failure: TriggerError['failure'], text: string) {
    super(text)
    this.trigger = trigger
    this.failure = failure
  }
}

/** The points at which flows call. */
export interface Triggers {
  preSignUp(event: PreSignUpEvent): Awaitable<PreSignUpResponse>
  postConfirmation(event: PostConfirmationEvent): Awaitable<void>
  /** Texts in place of the pool's; those that are absent stay. */
  customMessage(event: CustomMessageEvent): Awaitable<CustomTexts | undefined>
  preAuthentication(event: PreAuthenticationEvent): Awaitable<void>
  postAuthentication(event: PostAuthenticationEvent): Awaitable<void>
  /** 'migrated': the user is there now, and is to be read again. */
  userMigration(event: UserMigrationEvent): Awaitable<'migrated' | 'none'>
  /** What to map in place of what the provider said; undefined: as the provider said it. */
  inboundFederation(
    event: InboundFederationEvent,
  ): Awaitable<Readonly<Record<string, string>> | undefined>
  /** What comes next; undefined where the customer has no function that says so. */
  defineAuthChallenge(event: ChallengeAuthEvent): Awaitable<Defined | undefined>
  /** The challenge; undefined likewise. */
  createAuthChallenge(
    event: ChallengeAuthEvent & { readonly challengeName: string },
  ): Awaitable<CustomChallenge | undefined>
  /** Whether the answer is right; undefined likewise. */
  verifyAuthChallenge(
    event: ChallengeAuthEvent & {
      readonly privateParameters: Readonly<Record<string, string>>
      readonly answer: string
    },
  ): Awaitable<boolean | undefined>
  /** The claims to sign. */
  preTokenGeneration<C extends Partial<TokenClaims>>(
    event: PreTokenGenerationEvent<C>,
  ): Awaitable<C>
}
