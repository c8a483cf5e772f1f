// Calls of AWS JSON services as spans, by operation. What a caller calls an operation is in no
// span, unless it is one.
import type { Tracing } from '#ports/tracing.js'
import type { ApiRequest, ApiResponse, Dispatch } from './request.js'

/** The same dispatch; as it is where nothing is traced. */
export function tracedDispatch(
  service: {
    /** The service as `X-Amz-Target` names it. */
    readonly target: string
    isOperation(name: string): boolean
    readonly tracing: Tracing | undefined
  },
  dispatch: Dispatch,
): Dispatch {
  const { target, isOperation, tracing } = service
  if (tracing === undefined) return dispatch
  return (request) => {
    const operation = isOperation(request.operation) ? request.operation : '_OTHER'
    const start = {
      kind: 'SERVER',
      name: `${target}.${operation}`,
      attributes: attributesOf(request, `${target}/${operation}`),
      headers: request.headers,
    } as const
    return tracing.span(start, () => dispatch(request), { ended: endOf, thrown: () => '500' })
  }
}

function attributesOf({ requestId, method }: ApiRequest, rpcMethod: string) {
  return {
    'rpc.system.name': 'aws-api',
    'rpc.method': rpcMethod,
    'http.request.method': method,
    'aws.request_id': requestId,
  }
}

function endOf({ status, error }: ApiResponse) {
  const attributes = { 'http.response.status_code': status }
  return { attributes, error: error?.code, isFault: status >= 500 }
}
