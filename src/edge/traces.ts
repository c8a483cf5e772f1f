// Requests that pass an edge as parts of traces: a span for the request, and in it one for each
// Region that it was sent to, whose own span is a child of that.
import type { ReceivedRequest } from '#http/listener.js'
import { endOfResponse } from '#http/traced-routes.js'
import type { Tracing } from '#ports/tracing.js'
import type { EdgeRegion } from './health-check.js'
import { NoResponseError } from './http-call.js'

/** Responds within a span, where something is traced. Undefined: the caller has hung up. */
export function tracedRequest<T extends { readonly status: number } | undefined>(
  tracing: Tracing | undefined,
  { request, route }: Pick<ReceivedRequest, 'request'> & { readonly route: string },
  respond: () => Promise<T>,
): Promise<T> {
  if (tracing === undefined) return respond()
  const { method = 'GET', headers } = request
  const attributes = { 'http.request.method': method, 'http.route': route }
  return tracing.span(
    { kind: 'SERVER', name: `${method} ${route}`, attributes, headers },
    respond,
    {
      ended: (response) =>
        response === undefined ? { error: 'hung-up' } : endOfResponse(response),
      thrown: () => '500',
    },
  )
}

/** Sends to a Region within a span. `headers` are to be sent in place of the caller's. */
export function tracedSend<T extends { readonly status: number }>(
  tracing: Tracing | undefined,
  { region, signal }: { readonly region: EdgeRegion; readonly signal: AbortSignal },
  send: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (tracing === undefined) return send({})
  const start = {
    kind: 'CLIENT',
    name: 'send to Region',
    attributes: { 'server.address': region.name },
    isInner: true,
  } as const
  return tracing.span(start, () => send(tracing.headers()), {
    ended: endOfResponse,
    thrown(error) {
      // Another Region was faster, or the caller has hung up.
      if (signal.aborted) return 'canceled'
      return error instanceof NoResponseError ? error.reason : 'failed'
    },
  })
}
