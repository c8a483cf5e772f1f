// `GET /metrics`, for Prometheus. It is on a listener of its own, so that no client of a Region
// reaches it, and so that it answers while the Region's own listener has all that it can bear.
import type { HttpResponse, Route } from './route.js'

/** The route of `/metrics`; `read` gives the text. */
export function metricsRoute(read: () => Promise<string>): Route {
  return {
    method: 'GET',
    path: '/metrics',
    accounts: 'quietly',
    async handle(): Promise<HttpResponse> {
      const headers = {
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        'cache-control': 'no-store',
      }
      return { status: 200, headers, body: await read() }
    },
  }
}
