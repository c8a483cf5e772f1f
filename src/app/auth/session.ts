// What a sign-in remembers between two calls, sealed into the `Session` string (and, for SRP, into
// the secret block that the client's proof covers). Nothing is stored, so any node of this Region
// can take the next step. Safe against replay because attempts at a session are counted in the
// Region that sealed it; another Region would learn of them too late, and so refuses it.
//
// The string is a located token: its header, which is authenticated, names the version of what is
// inside and the pool, so that a call that carries a Session and nothing else finds the pool.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { AuthFactor, ChallengeName } from '#domain/challenge/factors.js'
import type { AcrLevel } from '#domain/pool/acr-settings.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { SignInRisk } from '#domain/risk/response.js'
import { locatorOf, openLocated, sealLocated } from '#domain/token/sealed-token.js'
import type { Pool } from '#ports/capability.js'

/** How a challenge of a sign-in ended. */
export interface ChallengeResult {
  /** `SRP_A` is how CUSTOM_AUTH shows that it began with SRP. */
  readonly name: ChallengeName | 'SRP_A'
  readonly isPassed: boolean
  /** Of a custom challenge: challengeMetadata, for the customer's triggers. */
  readonly metadata?: string | undefined
}

/** How far a sign-in has come, from challenge to challenge. */
export interface AuthProgress {
  /** The flow that began it. */
  readonly flow: string
  /** What the user typed as the name. */
  readonly typedName: string
  readonly provenFactors: readonly AuthFactor[]
  /** Challenges so far, the first one first. */
  readonly history: readonly ChallengeResult[]
  /** DEVICE_KEY, as the client sent it; proven where `provenFactors` has the device. */
  readonly deviceKey: string | undefined
  /** The authentication level to reach, where one was asked for. */
  readonly goal?: AcrLevel | undefined
  /** The event of the log that the sign-in is, where threat protection keeps one. */
  readonly eventId?: string | undefined
  /** What threat protection thinks of the sign-in, once it was asked. */
  readonly risk?: SignInRisk | undefined
}

/** What the challenge that was issued must remember, by its name. */
export type ChallengeState =
  /** Between SRP's two steps (RFC 5054's B and what made it). Values are hexadecimal. */
  | {
      readonly name: 'PASSWORD_VERIFIER'
      readonly publicA: string
      readonly publicB: string
      readonly privateB: string
    }
  | SrpSessionReference
  /** Between SignUp and ConfirmSignUp: nothing is proven. */
  | { readonly name: 'SIGN_UP' }
  /** A sign-up whose code came back from the address that `attribute` has. */
  | { readonly name: 'SIGNED_UP'; readonly attribute: 'email' | 'phone_number' }
  /** `salt` of the temporary password: a session does not outlive the password that opened it. */
  | { readonly name: 'NEW_PASSWORD_REQUIRED'; readonly salt: string }
  | SentCodeState
  | SelectChallengeState
  | WebAuthnState
  | DeviceAuthState
  | DeviceVerifierState
  | { readonly name: 'SOFTWARE_TOKEN_MFA' }
  | CustomChallengeState
  | { readonly name: 'SELECT_MFA_TYPE'; readonly choices: readonly string[] }
  | MfaSetupState

/** A code that was sent, or of which a decoy says so. */
export interface SentCodeState {
  readonly name: 'SMS_MFA' | 'EMAIL_OTP' | 'SMS_OTP'
  /** Where the code went. */
  readonly address: string
  /** Whether the user is setting the address up. */
  readonly isNew?: true
  /** Whether the code is the first factor. */
  readonly isFirst?: true
}

/** A choice-based sign-in that has to begin with one of `choices`. */
export interface SelectChallengeState {
  readonly name: 'SELECT_CHALLENGE'
  readonly choices: readonly string[]
}

/** What the customer's code made, besides what the client sees. */
export interface CustomChallengeState {
  readonly name: 'CUSTOM_CHALLENGE'
  /** privateChallengeParameters: what the response is judged by. */
  readonly private: Readonly<Record<string, string>>
  /** challengeMetadata. */
  readonly metadata?: string
}

/** A remembered device that is to begin its SRP. */
export interface DeviceAuthState {
  readonly name: 'DEVICE_SRP_AUTH'
}

/** Between the two steps of a device's SRP. Values are hexadecimal. */
export interface DeviceVerifierState {
  readonly name: 'DEVICE_PASSWORD_VERIFIER'
  readonly deviceKey: string
  readonly publicA: string
  readonly publicB: string
  readonly privateB: string
}

/** A passkey that is to sign `challenge` (base64url). */
export interface WebAuthnState {
  readonly name: 'WEB_AUTHN'
  readonly challenge: string
  readonly relyingPartyId: string
}

/** A user who has to set up a second factor. */
export interface MfaSetupState {
  readonly name: 'MFA_SETUP'
  readonly choices: readonly string[]
  /** The secret of the app (AssociateSoftwareToken), base32. */
  readonly secret?: string
  /** Whether a code of the app has shown that the user has the secret (VerifySoftwareToken). */
  readonly isVerified?: true
}

/** The `Session` string that goes beside SRP's secret block: short, and names the same session. */
export interface SrpSessionReference {
  readonly name: 'SRP_SESSION_REFERENCE'
}

/** A sign-in between two calls. */
export interface AuthSession<State extends ChallengeState = ChallengeState> extends AuthProgress {
  /** Attempts are counted under this ID. */
  readonly id: string
  readonly poolId: string
  readonly clientId: string
  /** The Region that sealed it, where alone it is good. */
  readonly region: string
  /** The user, or a name made up for a user who does not exist. */
  readonly sub: string
  readonly username: string
  readonly challenge: State
  readonly expiresAtMs: number
}

const PURPOSE = 'session'
/** Version of what is sealed: a session lives for minutes, so there is only ever one. */
const VERSION = 1

/** The `Session` string of a session. `salt` is 24 random bytes. */
export function sealSession(cipher: PoolCipher, salt: Uint8Array, session: AuthSession): string {
  const { poolId, ...contents } = session
  return sealLocated(
    cipher.tokenKey,
    { purpose: PURPOSE, version: VERSION, poolId },
    salt,
    contents,
  )
}

/** The session, if this pool sealed it and this version reads it; undefined for anything else. */
export function openSession(cipher: PoolCipher, text: string): AuthSession | undefined {
  const { poolId, tokenKey } = cipher
  const contents = openLocated(tokenKey, { purpose: PURPOSE, version: VERSION, poolId }, text)
  return contents === undefined ? undefined : { ...(contents as AuthSession), poolId }
}

/** The pool that a `Session` string says it is of; true only if it opens there. */
export function poolIdOfSession(text: string): string | undefined {
  const locator = locatorOf(text)
  return locator?.purpose === PURPOSE && locator.version === VERSION ? locator.poolId : undefined
}

/** How far a sign-in had come when its session was sealed. */
export function progressOf(session: AuthSession): AuthProgress {
  const { flow, typedName, provenFactors, history, deviceKey, goal, eventId, risk } = session
  return { flow, typedName, provenFactors, history, deviceKey, goal, eventId, risk }
}

/** What makes a genuine session unusable here and now: another Region, or its age. */
export function sessionRefusal(
  { region, expiresAtMs }: AuthSession,
  pool: Pool,
  nowMs: number,
): Refused | undefined {
  if (region !== pool.region) return refused('invalid-session')
  return expiresAtMs <= nowMs ? refused('session-expired') : undefined
}

/** Whether `session` waits for a response to the challenge of this name. */
export function isWaitingFor<Name extends ChallengeState['name']>(
  session: AuthSession | undefined,
  name: Name,
): session is AuthSession<Extract<ChallengeState, { readonly name: Name }>> {
  return session?.challenge.name === name
}
