// A stand-in for AWS Lambda: an HTTP server that speaks the Invoke API, checks who signed a
// request, and responds as a test says.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'

export const LAMBDA_KEY = {
  accessKeyId: 'AKIAEXAMPLELAMBDA000',
  secretAccessKey: 'example-secret-of-the-lambda-key',
}

export interface Invocation {
  readonly functionName: string
  readonly type: string | undefined
  readonly event: Record<string, unknown>
  readonly isSigned: boolean
}

/** What the function does; a string is the payload as it is. */
export type Behaviour = (call: Invocation, response: ServerResponse) => unknown

export interface LambdaService {
  readonly url: string
  readonly calls: Invocation[]
  behaviour: Behaviour
  close(): Promise<void>
}

/** With `region`, every request must be signed for it. */
export async function startLambdaService(region?: string): Promise<LambdaService> {
  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      response.destroy(error as Error)
    })
  })
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request)
    const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(
      request.url ?? '',
    ) ?? ['', '']
    const isSigned = region !== undefined && (await hasSignature(request, body, region))
    if (name === '' || request.method !== 'POST' || (region !== undefined && !isSigned)) {
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' })
      response.end('{"message":"no"}')
      return
    }
    const type = request.headers['x-amz-invocation-type']
    const call = {
      functionName: decodeURIComponent(name),
      type: Array.isArray(type) ? type[0] : type,
      event: JSON.parse(body.toString('utf8')) as Record<string, unknown>,
      isSigned,
    }
    service.calls.push(call)
    const result = await service.behaviour(call, response)
    if (response.writableEnded || response.destroyed || result === undefined) return
    response.writeHead(call.type === 'Event' ? 202 : 200, { 'content-type': 'application/json' })
    response.end(typeof result === 'string' ? result : JSON.stringify(result))
  }
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const service: LambdaService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    behaviour: ({ event }) => event,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return service
}

/** Responds as Lambda does when the function threw. */
export function throws(errorMessage: string): Behaviour {
  return (_call, response) => {
    response.writeHead(200, { 'x-amz-function-error': 'Unhandled' })
    response.end(JSON.stringify({ errorMessage, errorType: 'Error', trace: [] }))
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** Whether the request bears the signature that the key gives it. */
async function hasSignature(
  request: IncomingMessage,
  body: Buffer,
  region: string,
): Promise<boolean> {
  const { authorization = '' } = request.headers
  const [, scope = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)$/.exec(
      authorization,
    ) ?? []
  const date = String(request.headers['x-amz-date'])
  if (scope !== `${LAMBDA_KEY.accessKeyId}/${date.slice(0, 8)}/${region}/lambda/aws4_request`) {
    return false
  }
  if (!names.split(';').includes('x-amz-date') || !names.split(';').includes('host')) return false
  const headers = Object.fromEntries(
    names.split(';').map((name) => [name, String(request.headers[name])]),
  )
  const signer = new SignatureV4({
    service: 'lambda',
    region,
    credentials: LAMBDA_KEY,
    sha256: Sha256,
  })
  const [, y, m, d, h, min, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const signed = await signer.sign(
    { method: 'POST', protocol: 'http:', hostname: '', path: request.url ?? '', headers, body },
    { signingDate: new Date(`${y}-${m}-${d}T${h}:${min}:${s}Z`) },
  )
  return signed.headers['authorization']?.endsWith(`Signature=${signature}`) === true
}
