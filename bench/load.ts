// A plain HTTP load: a bounded number of calls in flight over kept connections, for a bounded
// time, to this machine only.
import { Agent, request } from 'node:http'

export interface Call {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface TimedResponse {
  readonly status: number
  readonly text: string
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

export function send(call: Call): Promise<TimedResponse> {
  return new Promise((resolve, reject) => {
    const sent = request(call.url, { method: 'POST', agent, headers: call.headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, text })
      })
    })
    sent.on('error', reject)
    sent.end(call.body)
  })
}

/** A call of the user pools API that needs no signature. */
export function apiCall(endpoint: string, operation: string, input: unknown): Call {
  return {
    url: endpoint,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(input),
  }
}

/** The response's JSON; anything but success ends the run, since it would be measured as fast. */
export async function requireSuccess(call: Call): Promise<Record<string, unknown>> {
  const response = await send(call)
  if (response.status !== 200) throw new Error(`status ${response.status}: ${response.text}`)
  return JSON.parse(response.text) as Record<string, unknown>
}

/**
 * Runs `work` again and again, `width` at a time, for `seconds`; returns how often and how long.
 */
export async function repeat(
  options: { readonly seconds: number; readonly width: number },
  work: (at: number) => Promise<unknown>,
): Promise<{ readonly operations: number; readonly elapsedMs: number }> {
  let operations = 0
  let next = 0
  const startedAtMs = performance.now()
  const endsAtMs = startedAtMs + options.seconds * 1000
  const lane = async () => {
    while (performance.now() < endsAtMs) {
      next += 1
      await work(next)
      operations += 1
    }
  }
  await Promise.all(Array.from({ length: options.width }, lane))
  return { operations, elapsedMs: performance.now() - startedAtMs }
}

export function closeLoad(): void {
  agent.destroy()
}
