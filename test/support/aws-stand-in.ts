// A stand-in for a service of AWS: a real HTTP server on loopback that refuses requests whose
// signature it cannot make again from the secret, as the service would, and keeps the rest.
import { createServer, type IncomingMessage } from 'node:http'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'

export const STAND_IN_KEY = { accessKeyId: 'AKIASTANDIN', secretAccessKey: 'stand-in-secret' }

export interface StandInRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The Region that the request is signed for. */
  readonly region: string
}

/** What the service answers. */
export interface StandInAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface StandIn {
  readonly url: string
  /** Requests whose signature was right. */
  readonly requests: readonly StandInRequest[]
  readonly refused: number
  readonly connections: number
  stop(): Promise<void>
}

export async function startStandIn(options: {
  /** As signatures name it: `ses`, `sns`, `logs`. */
  readonly service: string
  readonly answer: (request: StandInRequest) => StandInAnswer | Promise<StandInAnswer>
}): Promise<StandIn> {
  const { service, answer } = options
  const requests: StandInRequest[] = []
  let refused = 0
  let connections = 0
  const server = createServer(async (incoming, response) => {
    const request = await read(incoming)
    if (!(await isSigned(request, service))) {
      refused += 1
      response.writeHead(403, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ __type: 'InvalidSignatureException', message: 'signature' }))
      return
    }
    requests.push(request)
    const { status = 200, headers = {}, body = '{}' } = await answer(request)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body)
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get refused() {
      return refused
    },
    get connections() {
      return connections
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function read(incoming: IncomingMessage): Promise<StandInRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value)
  const [, region = ''] =
    /Credential=[^/]+\/\d{8}\/([\w-]+)\//.exec(headers['authorization'] ?? '') ?? []
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
    region,
  }
}

async function isSigned(request: StandInRequest, service: string): Promise<boolean> {
  const { headers, method, body, region } = request
  const given = headers['authorization'] ?? ''
  const names = (/SignedHeaders=([^,]+)/.exec(given)?.[1] ?? '').split(';')
  const signed = Object.fromEntries(names.map((name) => [name, headers[name] ?? '']))
  const url = new URL(request.path, 'http://stand-in')
  const [, date = ''] = /^(\d{8}T\d{6}Z)$/.exec(headers['x-amz-date'] ?? '') ?? []
  const at = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const signer = new SignatureV4({
    service,
    region,
    credentials: STAND_IN_KEY,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  })
  const query = Object.fromEntries(url.searchParams)
  const made = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: url.pathname,
      query,
      headers: signed,
      body,
    },
    { signingDate: new Date(at), signableHeaders: new Set(names) },
  )
  const signatureOf = (text: string) => /Signature=([0-9a-f]{64})/.exec(text)?.[1] ?? ''
  return (
    signatureOf(given) !== '' &&
    signatureOf(given) === signatureOf(made.headers['authorization'] ?? '')
  )
}
