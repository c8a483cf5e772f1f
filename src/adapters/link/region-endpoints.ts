// Requests to the endpoints of other Regions, for the console. One try, because a call that changes
// something must not run twice; and nothing but what is needed goes along. Integrity and secrecy
// of what passes rest on the address being https, as they do for every client of the endpoint.
import type { EndpointRequest, EndpointResponse, RegionEndpoints } from '#ports/region-endpoints.js'

/** As long as the longest operation, a comparison of copies, may take. */
const TIMEOUT_MS = 30_000
const BODY_BYTES_MAX = 16 * 1024 * 1024

export class HttpsRegionEndpoints implements RegionEndpoints {
  readonly #endpoints: ReadonlyMap<string, string>
  readonly #timeoutMs: number

  constructor(options: {
    readonly regions: readonly { readonly name: string; readonly endpoint: string }[]
    readonly timeoutMs?: number
  }) {
    this.#endpoints = new Map(options.regions.map(({ name, endpoint }) => [name, endpoint]))
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  }

  async post(region: string, request: EndpointRequest): Promise<EndpointResponse | undefined> {
    const endpoint = this.#endpoints.get(region)
    if (endpoint === undefined) return undefined
    try {
      const response = await fetch(endpoint + request.path, {
        method: 'POST',
        headers: request.headers,
        body: Buffer.from(request.body),
        redirect: 'error',
        signal: AbortSignal.timeout(this.#timeoutMs),
      })
      const body = await readBounded(response)
      const headers = Object.fromEntries(response.headers)
      return body === undefined ? undefined : { status: response.status, headers, body }
    } catch {
      // A refused connection, a timeout, a redirect, half a response: there is no response.
      return undefined
    }
  }
}

async function readBounded(response: Response): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > BODY_BYTES_MAX) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
