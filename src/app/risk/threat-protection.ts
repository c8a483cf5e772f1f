// Threat protection of a node: which sign-ins are watched, and what goes into the event log. A pool
// without it pays nothing.

import type { AuthContext, SignInOutcome } from '#app/auth/challenge.js'
import type { Clock } from '#base/clock.js'
import { hasThreatProtection } from '#domain/pool/risk-settings.js'
import type { RequestContext } from '#domain/request-context.js'
import { type AuthEventKind, type EventResponse, NO_RISK } from '#domain/risk/event.js'
import { originOf } from '#domain/risk/origin.js'
import type { Pool } from '#ports/capability.js'
import type { Client, ClientSecret } from '#ports/directory.js'
import type { EventQueue } from './event-queue.js'
import { SignInWatch } from './watch.js'

interface Options {
  readonly queue: Pick<EventQueue, 'add'>
  readonly clock: Clock
}

/** The app client of a call, its pool and the request. */
interface Caller {
  readonly pool: Pool
  readonly client: Client
  readonly secrets: readonly ClientSecret[]
  readonly request: RequestContext
}

export class ThreatProtection {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** What watches a call of a sign-in; undefined in a pool without threat protection. */
  watch(context: AuthContext): SignInWatch | undefined {
    return hasThreatProtection(context.pool.settings) ? new SignInWatch(context) : undefined
  }

  /** Records how a call of a sign-in ended. */
  ended(context: AuthContext, watch: SignInWatch, outcome: SignInOutcome | undefined): void {
    const noted = watch.noted(outcome)
    if (noted === undefined) return
    const { queue, clock } = this.#options
    const { pool, client, isAdmin } = context
    const { eventId, subject, step, contents } = noted
    const event = {
      eventId,
      sub: subject.sub,
      createdAtMs: clock.nowMs(),
      kind: 'SignIn' as const,
      clientId: client.clientId,
      origin: callOrigin(context, isAdmin),
      ...contents,
    }
    queue.add({ pool, event, step })
  }

  /** Records a call of an app client about an account. `sub` may be a decoy's. */
  record(
    context: Caller,
    kind: AuthEventKind,
    { sub, response }: { readonly sub: string; readonly response: EventResponse },
  ): void {
    const { pool, client, request } = context
    if (!hasThreatProtection(pool.settings)) return
    const { queue, clock } = this.#options
    const event = {
      eventId: request.eventId,
      sub,
      createdAtMs: clock.nowMs(),
      kind,
      clientId: client.clientId,
      response,
      risk: NO_RISK,
      challenges: [],
      origin: callOrigin(context, false),
    }
    queue.add({ pool, event, step: 0 })
  }
}

function callOrigin({ client, secrets, request }: Caller, isAdmin: boolean) {
  const mayNameAddress =
    client.settings.enablePropagateAdditionalUserContextData && secrets.length > 0
  return originOf(request, { isAdmin, mayNameAddress })
}
