// The context of an API call, from its headers and the members that operations have in common.
import type { RequestContext, UserContextData } from '#domain/request-context.js'
import { headerOf } from '#http/route.js'
import type { ApiRequest } from './request.js'

/** Members of an input, decoded and checked. ContextData is the admin API's UserContextData. */
interface ContextMembers {
  readonly ClientMetadata?: Readonly<Record<string, string>> | undefined
  readonly UserContextData?: ContextDataShape | undefined
  readonly ContextData?: ContextDataShape | undefined
}

interface ContextDataShape {
  readonly IpAddress?: string
  readonly EncodedData?: string
  readonly ServerName?: string
  readonly ServerPath?: string
  readonly HttpHeaders?: readonly { readonly headerName?: string; readonly headerValue?: string }[]
}

const NO_METADATA = Object.freeze({})

/** `eventId` is new for each request; `noteUser` is told whom the request is about. */
export function requestContextOf(
  request: ApiRequest,
  input: ContextMembers,
  eventId: string,
  noteUser?: RequestContext['noteUser'],
): RequestContext {
  const data = input.UserContextData ?? input.ContextData
  return {
    requestId: request.requestId,
    eventId,
    operation: request.operation,
    sourceIp: request.sourceIp,
    userAgent: headerOf(request.headers, 'user-agent'),
    clientMetadata: input.ClientMetadata ?? NO_METADATA,
    userContextData: data && userContextDataOf(data),
    ...(noteUser && { noteUser }),
  }
}

function userContextDataOf(data: ContextDataShape): UserContextData {
  return {
    ipAddress: data.IpAddress,
    encodedData: data.EncodedData,
    serverName: data.ServerName,
    serverPath: data.ServerPath,
    httpHeaders: (data.HttpHeaders ?? []).map(({ headerName = '', headerValue = '' }) => ({
      name: headerName,
      value: headerValue,
    })),
  }
}
