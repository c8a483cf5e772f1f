// The operation that a request names: `X-Amz-Target: <service>.<operation>`. Signers of presigned
// requests move the header into the query, so it may stand there as well.
import { queryParameters } from '#domain/iam/signature/canonical.js'
import { type HttpRequest, headerOf } from '#http/route.js'

export interface Target {
  readonly service: string
  readonly operation: string
}

/** Undefined when the request names none, or not in this form. */
export function targetOf(request: HttpRequest): Target | undefined {
  const text = headerOf(request.headers, 'x-amz-target') ?? targetOfQuery(request)
  if (text === undefined) return undefined
  const dot = text.indexOf('.')
  if (dot <= 0 || dot === text.length - 1) return undefined
  return { service: text.slice(0, dot), operation: text.slice(dot + 1) }
}

function targetOfQuery({ url, headers }: HttpRequest): string | undefined {
  if (url.length < 2 || headers['x-amz-target'] !== undefined) return undefined
  const parameters = queryParameters(url) ?? []
  const found = parameters.filter(([name]) => name.toLowerCase() === 'x-amz-target')
  return found.length === 1 ? found[0]?.[1] : undefined
}
