// What a challenge is to the engine: a name, what it needs, how it begins and how a response to it
// is judged. Each is one file in `challenges/`. The engine does what all have in common, in one
// order: parameters, capability, SECRET_HASH, the session and what it is bound to.

import type { ClientContext } from '#app/accounts/named-user.js'
import type { PasswordTurns } from '#app/accounts/password-turns.js'
import type { OpenedAuthRecord, OpenedClaim, UserRecords } from '#app/accounts/user-records.js'
import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { NewDevice } from '#app/devices/device.js'
import type { OneTimeCodes } from '#app/messages/codes.js'
import type { Deliveries } from '#app/messages/deliveries.js'
import type { TokenSet } from '#app/sessions/issue.js'
import type { SessionServices } from '#app/sessions/services.js'
import type { PoolWork } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { AuthFactor, ChallengeName } from '#domain/challenge/factors.js'
import type { Refused } from '#domain/refusal.js'
import type { SignInRisk } from '#domain/risk/response.js'
import type { MfaMethod } from '#domain/user/factors.js'
import type { Devices } from '#ports/devices.js'
import type { Passkeys, PasskeyUses } from '#ports/passkeys.js'
import type { PasswordHashes } from '#ports/password-hashes.js'
import type { FailedAttempts, TotpUses } from '#ports/runtime.js'
import type { Triggers } from '#ports/triggers.js'
import {
  type AuthProgress,
  type AuthSession,
  type ChallengeResult,
  type ChallengeState,
  sealSession,
} from './session.js'

export interface AuthServices {
  readonly users: UserRecords
  readonly poolKeys: PoolKeys
  readonly tokens: SessionServices
  readonly failedAttempts: FailedAttempts
  readonly poolWork: PoolWork
  readonly passwordTurns: PasswordTurns
  readonly passwordHashes: PasswordHashes
  readonly codes: OneTimeCodes
  readonly deliveries: Deliveries
  readonly totpUses: TotpUses
  readonly passkeys: Passkeys
  readonly devices: Devices
  readonly passkeyUses: PasskeyUses
  /** Whether codes of authenticator apps sign in on a secondary. */
  readonly isTotpOnSecondary: boolean
  readonly triggers: Triggers
  readonly clock: Clock
  readonly random: Random
}

/** What threat protection notes of a call (app/risk/watch.ts). */
export interface CallWatch {
  /** The event that the sign-in is, through all of its calls. */
  readonly eventId: string
  begins(flow: string): void
  resumes(session: AuthSession): void
  /** Whom a proof is judged of, or a decoy. */
  about(subject: { readonly sub: string; readonly username: string }): void
  passed(name: ChallengeResult['name'], record: OpenedAuthRecord): void
  /** What is thought of a sign-in with a first factor that is proven. */
  assess(record: OpenedAuthRecord): Promise<SignInRisk>
  /** The refusal of a right password that others know. */
  compromisedRefusal(password: string, record: OpenedAuthRecord): Promise<Refused | undefined>
  /** The refusal of a new password that others know. */
  newPasswordRefusal(password: string): Promise<Refused | undefined>
}

/** The app client that asks, whether through the admin API, and with which request. */
export interface AuthContext extends ClientContext {
  readonly isAdmin: boolean
  /** Where threat protection watches. */
  readonly watch?: CallWatch | undefined
}

/** AuthParameters or ChallengeResponses. */
export type Parameters = Readonly<Record<string, string>>

/** One call of a sign-in, as every challenge gets it. */
export interface AuthStep {
  readonly services: AuthServices
  readonly context: AuthContext
  readonly cipher: PoolCipher
  readonly parameters: Parameters
  readonly progress: AuthProgress
  /** What was read for the name already, in a choice-based sign-in. */
  readonly known?: KnownName
}

/** What is known of a name, and the mark of PasswordTurns from before it was read. */
export interface KnownName {
  readonly claim: OpenedClaim
  readonly mark: number
}

/** A challenge that the client is to respond to. */
export interface ChallengeIssued {
  readonly kind: 'challenge'
  readonly name: ChallengeName
  /** What to send back as `Session`. */
  readonly session: string
  readonly parameters: Readonly<Record<string, string>>
  /** AvailableChallenges: what a choice-based sign-in could have begun with. */
  readonly available?: readonly string[]
}

/** A response chose what a choice-based sign-in begins with. */
export interface ChallengeAnswered {
  readonly kind: 'answered'
  readonly answer: string
  readonly known: KnownName
}

/** Whom a custom sign-in is of; a decoy has no record. */
export interface CustomSubject {
  readonly record: OpenedAuthRecord | undefined
  readonly sub: string
  readonly username: string
}

/** A response to a custom challenge was judged; what comes next, the customer's code says. */
export interface ChallengeJudged {
  readonly kind: 'judged'
  readonly subject: CustomSubject
  readonly result: ChallengeResult
  readonly factors: readonly AuthFactor[]
}

/** How a step of a sign-in ends. */
export type SignInOutcome =
  | {
      readonly kind: 'tokens'
      readonly tokens: TokenSet
      readonly newDevice?: NewDevice | undefined
      /** What was proven, each once; absent for a session that goes on. */
      readonly factors?: readonly AuthFactor[]
      /** Called by the engine when what the sign-in proves has been used up. */
      readonly recordSession?: () => Promise<void>
    }
  | ChallengeIssued
  | Refused

/** A response was right, or a parameter of the first call proved the user. */
export interface ChallengePassed {
  readonly kind: 'passed'
  /** The user, as the response leaves the user. */
  readonly record: OpenedAuthRecord
  /** What it has proven; nothing where it did what was asked for, such as a new password. */
  readonly factors: readonly AuthFactor[]
  /** The second factor that it chose (SELECT_MFA_TYPE). */
  readonly chosen?: MfaMethod
  /**
   * Writes what the response changes; called when all else has succeeded, since an error behind it
   * would keep the outcome from a user whose session is used up.
   */
  readonly write?: () => Promise<'written' | Refused>
}

/** A challenge that a call begins a flow with, by AuthParameters. */
export interface FirstChallenge {
  readonly name: ChallengeName
  /** AuthParameters that it needs, in the order in which they are missed. */
  readonly parameters: readonly string[]
  /** What is wrong with them, as far as they themselves tell. */
  parametersRefusal?(parameters: Parameters): Refused | undefined
  begin(step: AuthStep): Promise<ChallengePassed | ChallengeIssued | Refused>
}

/** A challenge that comes after another, for a user who is known. */
export interface FurtherChallenge {
  readonly name: ChallengeName
  /** `options`: what the requirement says that it offers. */
  begin(
    step: AuthStep,
    record: OpenedAuthRecord,
    options: readonly string[],
  ): ChallengeIssued | Refused | Promise<ChallengeIssued | Refused>
}

/** A challenge that RespondToAuthChallenge responds to. */
export interface RespondableChallenge<State extends ChallengeState = ChallengeState> {
  readonly name: ChallengeName
  /** ChallengeResponses that it needs, in the order in which they are missed. */
  readonly responses: readonly string[]
  /** Whether `Session` must come with the call; otherwise it comes among the responses. */
  readonly needsSession: boolean
  /** Whether a right response writes the directory, so that a secondary refuses it at once. */
  readonly writesDirectory: boolean
  /** The session of the call, if it waits for this challenge. */
  openSession(
    step: Omit<AuthStep, 'progress'>,
    text: string | undefined,
  ): AuthSession<State> | Refused
  /** `ChallengeIssued`: the response leads to another challenge by itself. */
  respond(
    step: AuthStep,
    session: AuthSession<State>,
  ): Promise<ChallengePassed | ChallengeIssued | ChallengeAnswered | ChallengeJudged | Refused>
}

/** The `Session` string of a challenge that is issued to `user`. */
export function issueSession(
  { services: { random, clock }, context: { pool, client }, cipher, progress }: AuthStep,
  id: string,
  user: { readonly sub: string; readonly username: string },
  challenge: ChallengeState,
): string {
  const { sub, username } = user
  return sealSession(cipher, random.bytes(24), {
    id,
    poolId: pool.id,
    region: pool.region,
    clientId: client.clientId,
    sub,
    username,
    challenge,
    expiresAtMs: clock.nowMs() + client.settings.authSessionValidityMinutes * 60_000,
    // Last: V8 adds members behind a spread one by one, slowly.
    ...progress,
  })
}
