// What the listener itself refuses: unknown paths, bodies that are too large, too many requests at
// once, faults; and at the edge, what no Region can respond to. Each face has its own form: the AWS
// JSON protocol's errors at `/` and for the console's calls, those of RFC 6749 (section 5.2) at the
// OAuth endpoints, plain JSON everywhere else.
import type { TextResponse } from './route.js'

type Face = 'aws-json' | 'oauth' | 'json'

interface FailureForms {
  readonly status: number
  readonly message: string
  /** The error's name in the AWS JSON protocol. */
  readonly awsCode: string
  readonly oauthCode: string
}

const FAILURES = {
  'not-found': {
    status: 404,
    message: 'Not found',
    awsCode: 'UnknownOperationException',
    oauthCode: 'invalid_request',
  },
  'bad-url': {
    status: 400,
    message: 'The URL cannot be read.',
    awsCode: 'SerializationException',
    oauthCode: 'invalid_request',
  },
  'too-large': {
    status: 413,
    message: 'Request is too large.',
    awsCode: 'RequestEntityTooLargeException',
    oauthCode: 'invalid_request',
  },
  stalled: {
    status: 408,
    message: 'The request did not go on in time.',
    awsCode: 'RequestTimeoutException',
    oauthCode: 'invalid_request',
  },
  'too-many': {
    status: 503,
    message: 'Too many requests at once.',
    awsCode: 'TooManyRequestsException',
    oauthCode: 'temporarily_unavailable',
  },
  'no-region': {
    status: 503,
    message: 'No Region can answer now.',
    awsCode: 'RegionUnavailableException',
    oauthCode: 'temporarily_unavailable',
  },
  failed: {
    status: 500,
    message: 'Internal server error',
    awsCode: 'InternalErrorException',
    oauthCode: 'server_error',
  },
} as const satisfies Record<string, FailureForms>

export type Failure = keyof typeof FAILURES

/** Response headers of the AWS JSON protocol that pages may read. */
export const EXPOSED_HEADERS = 'x-amzn-requestid,x-amzn-errortype,x-amzn-errormessage,date'

/** Headers of every response of the AWS JSON protocol. */
export const AWS_JSON_HEADERS = Object.freeze({
  'content-type': 'application/x-amz-json-1.1',
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED_HEADERS,
})

const OF_ANY_ORIGIN = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' }

/** The response for the failure in the form of the face that the URL belongs to. */
export function failureResponse(failure: Failure, url: string): TextResponse {
  const { status, message, awsCode, oauthCode }: FailureForms = FAILURES[failure]
  const later: Readonly<Record<string, string>> = status === 503 ? { 'retry-after': '1' } : {}
  switch (faceOf(url)) {
    case 'aws-json':
      return {
        status,
        headers: {
          ...AWS_JSON_HEADERS,
          'x-amzn-errortype': awsCode,
          'cache-control': 'no-store',
          ...later,
        },
        body: JSON.stringify({ __type: awsCode, message }),
      }
    case 'oauth':
      return {
        status,
        headers: { 'content-type': 'application/json;charset=UTF-8', ...OF_ANY_ORIGIN, ...later },
        body: JSON.stringify({ error: oauthCode, error_description: message }),
      }
    case 'json':
      return {
        status,
        headers: { 'content-type': 'application/json', ...OF_ANY_ORIGIN, ...later },
        body: JSON.stringify({ message }),
      }
  }
}

function faceOf(url: string): Face {
  const [path = ''] = url.split('?', 1)
  if (path === '/' || path.startsWith('/console/api/')) return 'aws-json'
  return path.includes('/oauth2/') ? 'oauth' : 'json'
}
