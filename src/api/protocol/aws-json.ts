// The AWS JSON 1.1 face: `POST /` with the operation in X-Amz-Target. It finds out which service is
// meant, hands the raw bytes on, and dresses the answer. What a call means is decided in dispatch.

import { type HttpRequest, type HttpResponse, headerOf, type Route } from '#http/route.js'
import type { ApiRequest } from './request.js'
import { targetOf } from './target.js'

/** An answer of any service; each has error codes of its own. */
export interface ServiceResponse {
  readonly status: number
  readonly errorCode: string | undefined
  readonly body: string
}

/** Answers calls of one service. */
export type Dispatch = (request: ApiRequest) => Promise<ServiceResponse>

/** The services that answer on a Region's endpoint. */
export interface AwsJsonServices {
  /** `AWSCognitoIdentityProviderService.*` */
  readonly userPools: Dispatch
  /** `TrentService.*` */
  readonly kms: Dispatch
  /** `TwinpoolService.*` */
  readonly admin: Dispatch
}

const CONTENT_TYPE = 'application/x-amz-json-1.1'
const EXPOSED_HEADERS = 'x-amzn-requestid,x-amzn-errortype,x-amzn-errormessage,date'
const PREFLIGHT_SECONDS = '172800'

const RESPONSE_HEADERS = Object.freeze({
  'content-type': CONTENT_TYPE,
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED_HEADERS,
})

/** The routes of `/`. */
export function awsJsonRoutes(services: AwsJsonServices): readonly Route[] {
  const byPrefix: Readonly<Record<string, Dispatch>> = {
    AWSCognitoIdentityProviderService: services.userPools,
    TrentService: services.kms,
    TwinpoolService: services.admin,
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

function toHttpResponse(response: ServiceResponse): HttpResponse {
  if (response.errorCode === undefined) {
    return { status: response.status, headers: RESPONSE_HEADERS, body: response.body }
  }
  const headers: Record<string, string> = {
    ...RESPONSE_HEADERS,
    'x-amzn-errortype': response.errorCode,
  }
  const message = publicMessage(response.body)
  if (message !== undefined) headers['x-amzn-errormessage'] = message
  return { status: response.status, headers, body: response.body }
}

/** The error's message, when it fits into a header as it is. */
function publicMessage(body: string): string | undefined {
  const { message } = JSON.parse(body) as { message?: unknown }
  return typeof message === 'string' && /^[\x20-\x7e]{1,512}$/.test(message) ? message : undefined
}

function errorResponse(): HttpResponse {
  return {
    status: 400,
    headers: { ...RESPONSE_HEADERS, 'x-amzn-errortype': 'UnknownOperationException' },
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
