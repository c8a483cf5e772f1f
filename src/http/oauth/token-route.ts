// Where the token endpoint is found: under the path of a user pool domain, and at the domain's own
// host where domains have hosts.
import { textOf } from '#base/bytes.js'
import { type HttpAnswer, type HttpRequest, headerOf, type Route } from '../route.js'
import type { PublicUrls } from './public-urls.js'
import type { TokenAnswer, TokenRequest } from './token.js'

const ANSWER_HEADERS = Object.freeze({
  'content-type': 'application/json;charset=UTF-8',
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'access-control-allow-origin': '*',
})

/** The routes of `oauth2/token`. `answerToken` is `answerTokenRequest` with its services. */
export function tokenRoutes(
  answerToken: (request: TokenRequest) => Promise<TokenAnswer>,
  urls: Pick<PublicUrls, 'domainOfHost'>,
): readonly Route[] {
  async function answer(domain: string, request: HttpRequest): Promise<HttpAnswer> {
    const { status, body } = await answerToken({
      domain,
      contentType: headerOf(request.headers, 'content-type'),
      authorization: headerOf(request.headers, 'authorization'),
      body: textOf(request.body),
    })
    return { status, headers: ANSWER_HEADERS, body }
  }
  return [
    {
      method: 'POST',
      path: '/domain/:domain/oauth2/token',
      answer: (request) => answer(request.params['domain'] ?? '', request),
    },
    { method: 'OPTIONS', path: '/domain/:domain/oauth2/token', answer: answerPreflight },
    {
      method: 'POST',
      path: '/oauth2/token',
      answer: (request) =>
        answer(urls.domainOfHost(headerOf(request.headers, 'host') ?? '') ?? '', request),
    },
    { method: 'OPTIONS', path: '/oauth2/token', answer: answerPreflight },
  ]
}

function answerPreflight(): HttpAnswer {
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
