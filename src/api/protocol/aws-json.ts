// The AWS JSON 1.1 face: `POST /` with the operation in X-Amz-Target. It finds out which service is
// meant, hands the raw bytes on, and dresses the response. What a call means, the service decides.

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

/** The routes of `/`. */
export function awsJsonRoutes(services: AwsJsonServices): readonly Route[] {
  const byPrefix: Readonly<Record<string, Dispatch>> = {
    [SERVICE_TARGETS['cognito-idp']]: services.userPools,
    [SERVICE_TARGETS.kms]: services.kms,
    [SERVICE_TARGETS.twinpool]: services.admin,
  }
  return [
    {
      method: 'POST',
      path: '/',
      accounts: 'by-operation',
      handle: (request) => handleCall(byPrefix, request),
    },
    { method: 'OPTIONS', path: '/', handle: handlePreflight },
  ]
}

function handleCall(
  services: Readonly<Record<string, Dispatch>>,
  request: HttpRequest,
): HttpResponse | Promise<HttpResponse> {
  const target = targetOf(request)
  const dispatch =
    target !== undefined && Object.hasOwn(services, target.service)
      ? services[target.service]
      : undefined
  if (target === undefined || dispatch === undefined) return errorResponse()
  return dispatch({
    requestId: request.requestId,
    operation: target.operation,
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: request.body,
    sourceIp: request.sourceIp,
  }).then(toHttpResponse)
}

function toHttpResponse({ status, body, error }: ApiResponse): HttpResponse {
  if (error === undefined) return { status, headers: AWS_JSON_HEADERS, body }
  const headers: Record<string, string> = { ...AWS_JSON_HEADERS, 'x-amzn-errortype': error.code }
  const { message } = error
  // When it fits into a header as it is.
  if (message !== undefined && /^[\x20-\x7e]{1,512}$/.test(message)) {
    headers['x-amzn-errormessage'] = message
  }
  return { status, headers, body }
}

function errorResponse(): HttpResponse {
  return {
    status: 400,
    headers: { ...AWS_JSON_HEADERS, 'x-amzn-errortype': 'UnknownOperationException' },
    body: '{"__type":"UnknownOperationException"}',
  }
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
