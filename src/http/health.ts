// Whether this Region serves: `GET /health`, requested every few hundred milliseconds by the edge
// and by load balancers. The result is kept for a moment and one query serves all requests that
// wait for it, so that health checks cost the database nothing to speak of.
import type { Clock } from '#base/clock.js'
import { type HttpResponse, jsonResponse, type Route } from './route.js'

export interface HealthOptions {
  readonly region: string
  readonly clock: Clock
  /** Queries the database; rejects when it does not respond. */
  readonly ping: () => Promise<unknown>
  readonly keptMs?: number
  readonly timeoutMs?: number
}

const KEPT_MS = 250
const TIMEOUT_MS = 1000

/** The route of `/health`. */
export function healthRoute(options: HealthOptions): Route {
  const { region, clock, ping, keptMs = KEPT_MS, timeoutMs = TIMEOUT_MS } = options
  let kept: { isHealthy: boolean; untilMs: number } | undefined
  let asking: Promise<boolean> | undefined

  async function ask(): Promise<boolean> {
    const responded = new AbortController()
    const isHealthy = await Promise.race([
      Promise.resolve()
        .then(ping)
        .then(
          () => true,
          () => false,
        ),
      clock.wait(timeoutMs, responded.signal).then(() => false),
    ])
    responded.abort()
    kept = { isHealthy, untilMs: clock.nowMs() + keptMs }
    asking = undefined
    return isHealthy
  }

  async function isHealthy(): Promise<boolean> {
    if (kept !== undefined && kept.untilMs > clock.nowMs()) return kept.isHealthy
    asking ??= ask()
    return asking
  }

  return {
    method: 'GET',
    path: '/health',
    accounts: 'quietly',
    async handle(): Promise<HttpResponse> {
      const headers = { 'cache-control': 'no-store' }
      if (await isHealthy()) return jsonResponse(200, { status: 'ok', region }, headers)
      return jsonResponse(503, { status: 'unavailable', region }, headers)
    },
  }
}
