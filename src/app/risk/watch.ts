// What is noted of one call of a sign-in, for pools with threat protection: whom it is about, what
// was proven, and how it ended. An event begins with the first proof, right or wrong, and goes on
// under one ID through the calls of a sign-in. A name without a user is watched in the same way;
// the database drops the event of a user whom it does not have.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import type { AuthContext, CallWatch, SignInOutcome } from '#app/auth/challenge.js'
import type { AuthSession, ChallengeResult } from '#app/auth/session.js'
import type { ThreatMode } from '#domain/pool/risk-settings.js'
import { threatModeOf } from '#domain/pool/risk-settings.js'
import type { RefusalReason } from '#domain/refusal.js'
import {
  type EventChallenge,
  type EventContents,
  type EventResponse,
  NO_RISK,
} from '#domain/risk/event.js'

/** Whom a sign-in is of, or a decoy. */
export interface WatchedSubject {
  readonly sub: string
  readonly username: string
}

/** What a call leaves for the log. */
export interface Noted {
  readonly subject: WatchedSubject
  readonly eventId: string
  readonly mode: ThreatMode
  /** How many challenges were met. */
  readonly step: number
  readonly record: OpenedAuthRecord | undefined
  readonly contents: Pick<EventContents, 'response' | 'challenges' | 'risk'>
}

/** What a wrong proof is refused with. */
const WRONG: ReadonlySet<RefusalReason> = new Set([
  'incorrect-credentials',
  'mfa-code-mismatch',
  'code-expired',
  'totp-mismatch',
  'totp-reused',
])

/** How the log names challenges; those that prove nobody are absent. */
const NAMES: Partial<Readonly<Record<ChallengeResult['name'], EventChallenge['name']>>> = {
  PASSWORD: 'Password',
  PASSWORD_SRP: 'Password',
  PASSWORD_VERIFIER: 'Password',
  EMAIL_OTP: 'Mfa',
  SMS_OTP: 'Mfa',
  SMS_MFA: 'Mfa',
  SOFTWARE_TOKEN_MFA: 'Mfa',
  WEB_AUTHN: 'Mfa',
}

export class SignInWatch implements CallWatch {
  readonly #pool: AuthContext['pool']
  #eventId: string
  #mode: ThreatMode = 'OFF'
  #subject: WatchedSubject | undefined
  #record: OpenedAuthRecord | undefined
  /** Challenges that were met, in this call or before. */
  #passed: readonly ChallengeResult['name'][] = []
  #asked: ChallengeResult['name'] = 'PASSWORD'

  constructor({ pool, request }: Pick<AuthContext, 'pool' | 'request'>) {
    this.#pool = pool
    this.#eventId = request.eventId
  }

  /** The event that the sign-in is, through all of its calls. */
  get eventId(): string {
    return this.#eventId
  }

  /** Whether sign-ins of this kind are watched, and what follows from it. */
  get mode(): ThreatMode {
    return this.#mode
  }

  /** A call that begins a sign-in. */
  begins(flow: string): void {
    this.#mode = threatModeOf(this.#pool.settings, flow)
  }

  /** A call that goes on with one. */
  resumes({ flow, eventId, history, challenge, sub, username }: AuthSession): void {
    this.#mode = threatModeOf(this.#pool.settings, flow)
    this.#eventId = eventId ?? this.#eventId
    this.#passed = history.filter(({ isPassed }) => isPassed).map(({ name }) => name)
    this.#subject = { sub, username }
    const { name } = challenge
    this.#asked = name in NAMES ? (name as ChallengeResult['name']) : 'SELECT_CHALLENGE'
  }

  /** Whom a proof is judged of. */
  about({ sub, username }: WatchedSubject): void {
    this.#subject = { sub, username }
  }

  /** A challenge was met. */
  passed(name: ChallengeResult['name'], record: OpenedAuthRecord): void {
    this.#passed = [...this.#passed, name]
    this.#record = record
    this.about(record.user)
  }

  /** What there is to record; `undefined` as outcome: the call failed. */
  noted(outcome: SignInOutcome | undefined): Noted | undefined {
    const subject = this.#subject
    if (this.#mode === 'OFF' || subject === undefined) return undefined
    const wrong =
      outcome?.kind === 'refused' && WRONG.has(outcome.reason) ? NAMES[this.#asked] : undefined
    const met = this.#passed.flatMap((name) => NAMES[name] ?? [])
    const isProven = this.#passed.some((name) => name !== 'SELECT_CHALLENGE' && name !== 'SRP_A')
    if (wrong === undefined && (!isProven || isUnjudged(outcome))) return undefined
    return {
      subject,
      eventId: this.#eventId,
      mode: this.#mode,
      step: this.#passed.length,
      record: this.#record,
      contents: {
        response: responseOf(outcome),
        risk: NO_RISK,
        challenges: [
          ...met.map((name) => ({ name, isPassed: true })),
          ...(wrong === undefined ? [] : [{ name: wrong, isPassed: false }]),
        ],
      },
    }
  }
}

/** Refusals of calls that no proof was looked at in. */
function isUnjudged(outcome: SignInOutcome | undefined): boolean {
  return outcome?.kind === 'refused' && UNJUDGED.has(outcome.reason)
}

const UNJUDGED: ReadonlySet<RefusalReason> = new Set([
  'invalid-session',
  'session-used',
  'session-expired',
  'locked-out',
  'too-many-attempts',
  'missing-parameter',
])

function responseOf(outcome: SignInOutcome | undefined): EventResponse {
  if (outcome?.kind === 'tokens') return 'Pass'
  return outcome?.kind === 'challenge' ? 'InProgress' : 'Fail'
}
