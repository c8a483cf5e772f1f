// Routes as parts of traces: a span for each request, by the route and not by the path, which a
// caller chooses. Routes that are about operations have their spans by operation, behind them.
// Requests of machines of the deployment, many times a minute, are worth no trace of their own.
import type { SpanEnd, SpanStart, Tracing } from '#ports/tracing.js'
import type { HttpRequest, HttpResponse, Route } from './route.js'

/** The same routes; as they are where nothing is traced. */
export function tracedRoutes(
  routes: readonly Route[],
  tracing: Tracing | undefined,
): readonly Route[] {
  if (tracing === undefined) return routes
  return routes.map((route) => (route.accounts === 'by-operation' ? route : traced(route, tracing)))
}

function traced(route: Route, tracing: Tracing): Route {
  const { receive } = route
  const inSpan = (request: HttpRequest, work: () => Promise<HttpResponse>) =>
    tracing.span(startOf(route, request), work, { ended: endOfResponse, thrown: () => '500' })
  return {
    ...route,
    handle: (request) => inSpan(request, async () => route.handle(request)),
    ...(receive && {
      receive: (request, body) => inSpan(request, () => receive(request, body)),
    }),
  }
}

function startOf({ method, path, accounts }: Route, request: HttpRequest): SpanStart {
  return {
    kind: 'SERVER',
    name: `${method} ${path}`,
    attributes: {
      'http.request.method': request.method,
      'http.route': path,
      'aws.request_id': request.requestId,
    },
    headers: request.headers,
    isInner: accounts === 'quietly',
  }
}

/** What the span of a request says of its response. */
export function endOfResponse({ status }: Pick<HttpResponse, 'status'>): SpanEnd {
  const attributes = { 'http.response.status_code': status }
  if (status < 500) return { attributes }
  return { attributes, error: String(status), isFault: true }
}
