// Pages of a user pool's domain: under its name at the Region's endpoint, and at a host of its own.
import type { PublicUrls } from '../oauth/public-urls.js'
import { type HttpRequest, type HttpResponse, headerOf, type Route } from '../route.js'

/** What makes the response; `domain` is '' for a host that is none. */
type DomainHandler = (domain: string, request: HttpRequest) => Promise<HttpResponse>

/** The routes of a page: its path with each method, in both places. */
export function domainRoutes(
  page: { readonly methods: readonly Route['method'][]; readonly path: string },
  { domainOfHost }: Pick<PublicUrls, 'domainOfHost'>,
  handle: DomainHandler,
): readonly Route[] {
  return page.methods.flatMap((method): readonly Route[] => [
    {
      method,
      path: `/domain/:domain${page.path}`,
      handle: (request) => handle(request.params['domain'] ?? '', request),
    },
    {
      method,
      path: page.path,
      handle: (request) =>
        handle(domainOfHost(headerOf(request.headers, 'host') ?? '') ?? '', request),
    },
  ])
}
