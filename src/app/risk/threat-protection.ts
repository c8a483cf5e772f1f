// Threat protection of a node: which sign-ins are watched, what is thought of them, and what goes
// into the event log. A pool without it pays nothing. One that only audits is answered first and
// thought about afterwards; one that enforces waits for one statement, which reads what a sign-in
// is compared with.

import type {
  AccountWatch,
  PasswordRisk,
  WatchedCall,
  WatchedOutcome,
} from '#app/accounts/services.js'
import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import type { AuthContext, SignInOutcome } from '#app/auth/challenge.js'
import type { PoolCiphers } from '#app/crypto/pool-cipher.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import {
  hasRiskSettings,
  hasThreatProtection,
  noticeOf,
  type PasswordEvent,
  riskSettingsOf,
  threatModeOf,
} from '#domain/pool/risk-settings.js'
import { type Refused, refused } from '#domain/refusal.js'
import { type Assessment, assess, COMPARED_EVENTS } from '#domain/risk/assess.js'
import { listedForms } from '#domain/risk/compromised.js'
import type { AuthEvent, AuthEventKind, Origin } from '#domain/risk/event.js'
import { addressOf, originOf } from '#domain/risk/origin.js'
import {
  actionOf,
  compromisedAction,
  demandOf,
  eventRiskOf,
  isBlockedAddress,
  isSkippedAddress,
  type SignInRisk,
} from '#domain/risk/response.js'
import type { AuthEvents } from '#ports/auth-events.js'
import type { KnownPasswords, Places } from '#ports/risk.js'
import type { EventQueue } from './event-queue.js'
import { openEvent } from './event-seal.js'
import type { Notices } from './notices.js'
import { type Judge, type Noted, SignInWatch } from './watch.js'

interface Options {
  readonly queue: Pick<EventQueue, 'add'>
  readonly notices: Pick<Notices, 'send'>
  readonly authEvents: AuthEvents
  readonly poolKeys: PoolCiphers
  readonly knownPasswords: KnownPasswords
  readonly places: Places
  readonly clock: Clock
  readonly log: Logger
}

/** How long a source of places may take. */
const LOCATE_MS = 1000

/** The caller is an app, and no server. */
const APP = { isAdmin: false }
const NO_PASSWORD_RISK: PasswordRisk = { isCompromised: false, refusal: undefined }

export class ThreatProtection implements Judge, AccountWatch {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** What watches a call of a sign-in; undefined in a pool without threat protection. */
  watch(context: AuthContext): SignInWatch | undefined {
    return hasThreatProtection(context.pool.settings) ? new SignInWatch(context, this) : undefined
  }

  /**
   * The refusal of a call from an address that is always blocked. Before anything is read, so that
   * it costs nothing and tells nothing of the name.
   *
   * Deviation: such a call is in no user's event log, since a flood would fill it.
   */
  addressRefusal(context: AuthContext, flow?: string): Refused | undefined {
    const { settings } = context.pool
    if (threatModeOf(settings, flow) !== 'ENFORCED') return undefined
    const risk = riskSettingsOf(settings, context.client.settings)
    return isBlockedAddress(risk, this.ipOf(context)) ? refused('security-reasons') : undefined
  }

  ipOf(context: AuthContext): string | undefined {
    return addressOf(context.request, context)
  }

  async compromised(
    {
      pool,
      client,
      ip,
    }: Pick<AuthContext, 'pool' | 'client'> & { readonly ip: string | undefined },
    password: string,
    event: PasswordEvent,
  ): Promise<'BLOCK' | 'NO_ACTION' | undefined> {
    const settings = riskSettingsOf(pool.settings, client.settings)
    const action = compromisedAction(settings, event)
    if (action === undefined || isSkippedAddress(settings, ip)) return undefined
    for (const form of listedForms(password)) {
      if (await this.#options.knownPasswords.has(form)) return action
    }
    return undefined
  }

  /** What is known of a password that a call of an app client brings for an account. */
  async passwordRisk(
    context: WatchedCall,
    password: string | undefined,
    event: PasswordEvent,
  ): Promise<PasswordRisk> {
    const mode = threatModeOf(context.pool.settings)
    if (mode === 'OFF' || password === undefined) return NO_PASSWORD_RISK
    const ip = addressOf(context.request, APP)
    const action = await this.compromised({ ...context, ip }, password, event)
    if (action === undefined) return NO_PASSWORD_RISK
    const isRefused = action === 'BLOCK' && mode === 'ENFORCED'
    return {
      isCompromised: true,
      refusal: isRefused ? refused('password-compromised') : undefined,
    }
  }

  async assess(
    context: AuthContext,
    { eventId, record }: { readonly eventId: string; readonly record: OpenedAuthRecord },
  ): Promise<SignInRisk> {
    const { pool, client, request } = context
    const atMs = this.#options.clock.nowMs()
    const origin = await this.#located(originOf(request, context))
    const { level } = await this.#compared(context, { origin, atMs, record })
    const settings = riskSettingsOf(pool.settings, client.settings)
    const action = actionOf(settings, level)
    const template = action && noticeOf(settings, action)
    if (template !== undefined) {
      const isOwn = hasRiskSettings(client.settings)
      const about = { pool, client, request, user: record.user, origin, eventId, atMs }
      this.#options.notices.send({ ...about, template, settings, isOwn })
    }
    return { demand: demandOf(action), level }
  }

  /** Compares a sign-in with the user's past. */
  async #compared(
    { pool, client }: Pick<WatchedCall, 'pool' | 'client'>,
    seen: { readonly origin: Origin; readonly atMs: number; readonly record: OpenedAuthRecord },
  ): Promise<Assessment> {
    const { authEvents, poolKeys } = this.#options
    const { origin, atMs, record } = seen
    if (isSkippedAddress(riskSettingsOf(pool.settings, client.settings), origin.ip)) {
      return { level: undefined, signs: [] }
    }
    const rows = await authEvents.past(pool, record.user.sub, COMPARED_EVENTS)
    const cipher = await poolKeys.cipher(pool)
    const past = rows.map((row) => openEvent(cipher, row))
    return assess({ origin, atMs, failures: record.failures }, past)
  }

  async #located(origin: Origin): Promise<Origin> {
    if (origin.ip === undefined) return origin
    const { places, clock, log } = this.#options
    const found = new AbortController()
    try {
      // A source that hangs must not hold up sign-ins, nor the log.
      const late = clock.wait(LOCATE_MS, found.signal).then(() => undefined)
      const place = await Promise.race([places.find(origin.ip), late])
      return place === undefined ? origin : { ...origin, place }
    } catch (error) {
      log.warn('an address was not located', { error })
      return origin
    } finally {
      found.abort()
    }
  }

  /** Records how a call of a sign-in ended. */
  ended(context: AuthContext, watch: SignInWatch, outcome: SignInOutcome | undefined): void {
    const noted = watch.noted(outcome)
    if (noted === undefined) return
    const { queue, clock } = this.#options
    const { pool, client, isAdmin, request } = context
    const { eventId, subject, step, contents } = noted
    const event = {
      eventId,
      sub: subject.sub,
      createdAtMs: clock.nowMs(),
      kind: 'SignIn' as const,
      clientId: client.clientId,
      origin: originOf(request, { isAdmin }),
      ...contents,
    }
    const { requestId } = request
    const complete = (one: AuthEvent) => this.#completed(context, noted, one)
    queue.add({ pool, event, step, requestId, username: subject.username, complete })
  }

  /** Behind the response: where it came from, and in AUDIT what is thought of it. */
  async #completed(context: AuthContext, noted: Noted, event: AuthEvent): Promise<AuthEvent> {
    const origin = await this.#located(event.origin)
    const { mode, record } = noted
    if (mode !== 'AUDIT' || record === undefined) return { ...event, origin }
    const { level } = await this.#compared(context, { origin, atMs: event.createdAtMs, record })
    const { isCompromised } = event.risk
    return { ...event, origin, risk: { ...eventRiskOf(level, false), isCompromised } }
  }

  /** Records a call of an app client about an account. `sub` may be a decoy's. */
  record(
    { pool, client, request }: WatchedCall,
    kind: AuthEventKind,
    { sub, username, response, isCompromised }: WatchedOutcome,
  ): void {
    if (!hasThreatProtection(pool.settings) || response === undefined) return
    const { queue, clock } = this.#options
    const event = {
      eventId: request.eventId,
      sub,
      createdAtMs: clock.nowMs(),
      kind,
      clientId: client.clientId,
      response,
      risk: { ...eventRiskOf(undefined, false), isCompromised },
      challenges: [],
      origin: originOf(request, APP),
    }
    const complete = async (one: AuthEvent) => ({
      ...one,
      origin: await this.#located(one.origin),
    })
    queue.add({ pool, event, step: 0, requestId: request.requestId, username, complete })
  }
}
