// The AWS JSON 1.1 face: `POST /` with the operation in X-Amz-Target. It finds out which service is
// meant, hands the raw bytes on, and dresses the response. What a call means, the service decides.

import type { KnownKey } from '#app/access-keys.js'
import { AWS_JSON_HEADERS, EXPOSED_HEADERS } from '#http/failure.js'
import { type HttpRequest, type HttpResponse, headerOf, type Route } from '#http/route.js'
import type { ApiResponse, Dispatch } from './request.js'
import { SERVICE_TARGETS } from './service.js'
import { targetOf } from './target.js'

/** The services of a Region's endpoint. */
export interface AwsJsonServices {
  /** `AWSCognitoIdentityProviderService.*` */
  readonly userPools: Dispatch
  /** `TrentService.*` */
  readonly kms: Dispatch
  /** `TwinpoolService.*` */
  readonly admin: Dispatch
}

const PREFLIGHT_SECONDS = '172800'

const UNKNOWN_OPERATION: ApiResponse = {
  status: 400,
  body: '{"__type":"UnknownOperationException"}',
  error: { code: 'UnknownOperationException', message: undefined },
}

/** The routes of `/`. */
export function awsJsonRoutes(services: AwsJsonServices): readonly Route[] {
  const dispatch = dispatcherOf(services)
  return [
    {
      method: 'POST',
      path: '/',
      accounts: 'by-operation',
      handle: async (request) => toHttpResponse(await dispatch(request), AWS_JSON_HEADERS),
    },
    { method: 'OPTIONS', path: '/', handle: handlePreflight },
  ]
}

/** Runs a call of whichever service it names, for the holder of a key where the face knows one. */
export function dispatcherOf(
  services: AwsJsonServices,
): (request: HttpRequest, holder?: KnownKey) => Promise<ApiResponse> {
  const byPrefix: Readonly<Record<string, Dispatch>> = {
    [SERVICE_TARGETS['cognito-idp']]: services.userPools,
    [SERVICE_TARGETS.kms]: services.kms,
    [SERVICE_TARGETS.twinpool]: services.admin,
  }
  return async (request, holder) => {
    const target = targetOf(request)
    const dispatch =
      target !== undefined && Object.hasOwn(byPrefix, target.service)
        ? byPrefix[target.service]
        : undefined
    if (target === undefined || dispatch === undefined) return UNKNOWN_OPERATION
    return dispatch({
      requestId: request.requestId,
      operation: target.operation,
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: request.body,
      sourceIp: request.sourceIp,
      ...(holder !== undefined && { holder }),
    })
  }
}

/** `ofFace` are the headers of every response of the face. */
export function toHttpResponse(
  { status, body, error }: ApiResponse,
  ofFace: Readonly<Record<string, string>>,
): HttpResponse {
  if (error === undefined) return { status, headers: ofFace, body }
  const headers: Record<string, string> = { ...ofFace, 'x-amzn-errortype': error.code }
  const { message } = error
  // When it fits into a header as it is.
  if (message !== undefined && /^[\x20-\x7e]{1,512}$/.test(message)) {
    headers['x-amzn-errormessage'] = message
  }
  return { status, headers, body }
}

/** Lets pages of any origin call, as the service does: calls carry no cookies. */
function handlePreflight(request: HttpRequest): HttpResponse {
  return {
    status: 200,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-headers':
        headerOf(request.headers, 'access-control-request-headers') ?? '*',
      'access-control-allow-methods':
        headerOf(request.headers, 'access-control-request-method') ?? 'POST',
      'access-control-expose-headers': EXPOSED_HEADERS,
      'access-control-max-age': PREFLIGHT_SECONDS,
    },
    body: '',
  }
}
