// What is noted of one call of a sign-in, for pools with threat protection: whom it is about, what
// was proven, what was thought of it and how it ended. An event begins with the first proof, right
// or wrong, and goes on under one ID through the calls of a sign-in. A name without a user is
// watched in the same way; the database drops the event of a user whom it does not have.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import type { AuthContext, CallWatch, SignInOutcome } from '#app/auth/challenge.js'
import type { AuthSession, ChallengeResult } from '#app/auth/session.js'
import { type PasswordEvent, type ThreatMode, threatModeOf } from '#domain/pool/risk-settings.js'
import { type RefusalReason, type Refused, refused } from '#domain/refusal.js'
import type { EventChallenge, EventContents, EventResponse } from '#domain/risk/event.js'
import { eventRiskOf, type SignInRisk } from '#domain/risk/response.js'

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
  /** Who has proven a factor in this call. */
  readonly record: OpenedAuthRecord | undefined
  readonly contents: Pick<EventContents, 'response' | 'challenges' | 'risk'>
}

/** What decides about risks. */
export interface Judge {
  assess(
    context: AuthContext,
    about: { readonly eventId: string; readonly record: OpenedAuthRecord },
  ): Promise<SignInRisk>
  /** What is done about a password that others know; undefined: nothing is known of it. */
  compromised(
    context: Pick<AuthContext, 'pool' | 'client'> & { readonly ip: string | undefined },
    password: string,
    event: PasswordEvent,
  ): Promise<'BLOCK' | 'NO_ACTION' | undefined>
  ipOf(context: AuthContext): string | undefined
}

/** What a wrong proof is refused with. */
const WRONG: ReadonlySet<RefusalReason> = new Set([
  'incorrect-credentials',
  'mfa-code-mismatch',
  'code-expired',
  'totp-mismatch',
  'totp-reused',
])

/** Refusals of calls that no proof was looked at in. */
const UNJUDGED: ReadonlySet<RefusalReason> = new Set([
  'invalid-session',
  'session-used',
  'session-expired',
  'locked-out',
  'too-many-attempts',
  'missing-parameter',
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

const NO_DEMAND: SignInRisk = { demand: 'none' }

export class SignInWatch implements CallWatch {
  readonly #context: AuthContext
  readonly #judge: Judge
  #eventId: string
  #mode: ThreatMode = 'OFF'
  #subject: WatchedSubject | undefined
  #record: OpenedAuthRecord | undefined
  /** Challenges that were met, in this call or before. */
  #passed: readonly ChallengeResult['name'][] = []
  #asked: ChallengeResult['name'] = 'PASSWORD'
  #risk: SignInRisk = NO_DEMAND
  #isCompromised = false

  constructor(context: AuthContext, judge: Judge) {
    this.#context = context
    this.#judge = judge
    this.#eventId = context.request.eventId
  }

  /** The event that the sign-in is, through all of its calls. */
  get eventId(): string {
    return this.#eventId
  }

  /** A call that begins a sign-in. */
  begins(flow: string): void {
    this.#mode = threatModeOf(this.#context.pool.settings, flow)
  }

  /** A call that goes on with one. */
  resumes({ flow, eventId, history, challenge, sub, username, risk }: AuthSession): void {
    this.#mode = threatModeOf(this.#context.pool.settings, flow)
    this.#eventId = eventId ?? this.#eventId
    this.#passed = history.filter(({ isPassed }) => isPassed).map(({ name }) => name)
    this.#subject = { sub, username }
    this.#risk = risk ?? NO_DEMAND
    this.#isCompromised = risk?.isCompromised ?? false
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

  /** AUDIT demands nothing, and so its opinion can wait until after the response. */
  async assess(record: OpenedAuthRecord): Promise<SignInRisk> {
    const about = { eventId: this.#eventId, record }
    const risk =
      this.#mode === 'ENFORCED' ? await this.#judge.assess(this.#context, about) : NO_DEMAND
    this.#risk = this.#isCompromised ? { ...risk, isCompromised: true } : risk
    return this.#risk
  }

  async compromisedRefusal(
    password: string,
    record: OpenedAuthRecord,
  ): Promise<Refused | undefined> {
    if (!(await this.#isRefused(password, 'SIGN_IN'))) return undefined
    this.passed('PASSWORD', record)
    return refused('password-reset-required')
  }

  async newPasswordRefusal(password: string): Promise<Refused | undefined> {
    const isRefused = await this.#isRefused(password, 'PASSWORD_CHANGE')
    return isRefused ? refused('password-compromised') : undefined
  }

  async #isRefused(password: string, event: PasswordEvent): Promise<boolean> {
    if (this.#mode === 'OFF') return false
    const ip = this.#judge.ipOf(this.#context)
    const action = await this.#judge.compromised({ ...this.#context, ip }, password, event)
    if (action !== undefined) this.#isCompromised = true
    return action === 'BLOCK' && this.#mode === 'ENFORCED'
  }

  /** What there is to record; `undefined` as outcome: the call failed. */
  noted(outcome: SignInOutcome | undefined): Noted | undefined {
    const subject = this.#subject
    if (this.#mode === 'OFF' || subject === undefined) return undefined
    const reason = outcome?.kind === 'refused' ? outcome.reason : undefined
    const isWrong = reason !== undefined && WRONG.has(reason)
    const wrong = isWrong ? NAMES[this.#asked] : undefined
    const isProven = this.#passed.some((name) => name !== 'SELECT_CHALLENGE' && name !== 'SRP_A')
    const isUnjudged = reason !== undefined && UNJUDGED.has(reason)
    if (wrong === undefined && (!isProven || isUnjudged)) return undefined
    const met = this.#passed.flatMap((name) => NAMES[name] ?? [])
    return {
      subject,
      eventId: this.#eventId,
      mode: this.#mode,
      step: this.#passed.length,
      record: this.#record,
      contents: {
        response: responseOf(outcome),
        risk: {
          ...eventRiskOf(this.#risk.level, reason === 'security-reasons'),
          isCompromised: this.#isCompromised,
        },
        challenges: [
          ...met.map((name) => ({ name, isPassed: true })),
          ...(wrong === undefined ? [] : [{ name: wrong, isPassed: false }]),
        ],
      },
    }
  }
}

function responseOf(outcome: SignInOutcome | undefined): EventResponse {
  if (outcome?.kind === 'tokens') return 'Pass'
  return outcome?.kind === 'challenge' ? 'InProgress' : 'Fail'
}
