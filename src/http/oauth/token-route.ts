// Where the token endpoint is found: under the path of a user pool domain, and at the domain's own
// host where domains have hosts.
import { textOf } from '#base/bytes.js'
import { type HttpRequest, type HttpResponse, headerOf, type Route } from '../route.js'
import type { PublicUrls } from './public-urls.js'
import type { TokenRequest, TokenResponse } from './token.js'

const RESPONSE_HEADERS = Object.freeze({
  'content-type': 'application/json;charset=UTF-8',
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'access-control-allow-origin': '*',
})

/** The routes of `oauth2/token`. `handleToken` is `handleTokenRequest` with its services. */
export function tokenRoutes(
  handleToken: (request: TokenRequest) => Promise<TokenResponse>,
  urls: Pick<PublicUrls, 'domainOfHost'>,
): readonly Route[] {
  async function respond(domain: string, request: HttpRequest): Promise<HttpResponse> {
    const { status, body } = await handleToken({
      domain,
      contentType: headerOf(request.headers, 'content-type'),
      authorization: headerOf(request.headers, 'authorization'),
      body: textOf(request.body),
      requestId: request.requestId,
      sourceIp: request.sourceIp,
      userAgent: headerOf(request.headers, 'user-agent'),
      headers: request.headers,
    })
    return { status, headers: RESPONSE_HEADERS, body }
  }
  return [
    {
      method: 'POST',
      path: '/domain/:domain/oauth2/token',
      handle: (request) => respond(request.params['domain'] ?? '', request),
    },
    { method: 'OPTIONS', path: '/domain/:domain/oauth2/token', handle: handlePreflight },
    {
      method: 'POST',
      path: '/oauth2/token',
      handle: (request) =>
        respond(urls.domainOfHost(headerOf(request.headers, 'host') ?? '') ?? '', request),
    },
    { method: 'OPTIONS', path: '/oauth2/token', handle: handlePreflight },
  ]
}

function handlePreflight(): HttpResponse {
  return {
    status: 200,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-allow-methods': 'POST',
      'access-control-max-age': '172800',
    },
    body: '',
  }
}
