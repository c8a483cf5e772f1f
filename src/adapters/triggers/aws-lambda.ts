// Functions in AWS Lambda, through its SDK, which is loaded at the first call. The node signs with
// its own credentials, so its role must allow `lambda:InvokeFunction`. The SDK tries once: tries
// are counted elsewhere, and what Lambda answers with 5xx is not tried again.

import type { LambdaClient, LambdaClientConfig } from '@aws-sdk/client-lambda'
import {
  boundedBody,
  failed,
  TAKEN,
  TIMED_OUT,
  type Transport,
  type Try,
  type TryOutcome,
  thrown,
} from './transport.js'

export interface AwsLambdaOptions {
  readonly region: string
  /** Another endpoint than that of AWS. */
  readonly endpoint?: string | undefined
  /** Otherwise the SDK finds them, in the environment or from the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

const UNBOUNDED = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }

interface Connected {
  readonly sdk: typeof import('@aws-sdk/client-lambda')
  readonly client: LambdaClient
}

/** One client for all functions. */
export class AwsLambda {
  readonly #options: AwsLambdaOptions
  #connected: Promise<Connected> | undefined

  constructor(options: AwsLambdaOptions) {
    this.#options = options
  }

  transportOf(arn: string): Transport {
    return {
      kind: 'aws-lambda',
      attempt: (call) => this.#attempt(arn, call),
      close: async () => undefined,
    }
  }

  async close(): Promise<void> {
    const found = await this.#connected?.catch(() => undefined)
    found?.client.destroy()
  }

  async #attempt(arn: string, { payload, isNotice, signal }: Try): Promise<TryOutcome> {
    this.#connected ??= connect(this.#options)
    try {
      const { sdk, client } = await this.#connected
      const command = new sdk.InvokeCommand({
        FunctionName: arn,
        InvocationType: isNotice ? 'Event' : 'RequestResponse',
        Payload: Buffer.from(payload),
      })
      const response = await client.send(command, { abortSignal: signal })
      const text = Buffer.from(response.Payload ?? []).toString('utf8')
      if (response.FunctionError !== undefined) return thrown(text)
      return isNotice ? TAKEN : { kind: 'returned', payload: text }
    } catch (error) {
      return signal.aborted ? failed(TIMED_OUT, true) : refusal(error)
    }
  }
}

class TooLarge extends Error {
  override readonly name = 'a response that is too large'
}

async function connect({ region, endpoint, credentials }: AwsLambdaOptions): Promise<Connected> {
  const sdk = await import('@aws-sdk/client-lambda')
  const config: LambdaClientConfig = {
    region,
    maxAttempts: 1,
    // All functions share one host, and the SDK's own bound of its connections would let a slow one
    // take those of others. How many calls there are at once is bounded for each function.
    requestHandler: { httpAgent: UNBOUNDED, httpsAgent: UNBOUNDED },
    async streamCollector(stream) {
      const body = await boundedBody(stream as AsyncIterable<Uint8Array>)
      if (body === undefined) throw new TooLarge()
      return body
    },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  }
  return { sdk, client: new sdk.LambdaClient(config) }
}

/** Errors of the API by their names; a connection that failed is worth another try. */
function refusal(error: unknown): TryOutcome {
  const { name, code, $metadata } = error as {
    name?: unknown
    code?: unknown
    $metadata?: { httpStatusCode?: number }
  }
  const status = $metadata?.httpStatusCode
  const isConnection = typeof code === 'string' && status === undefined
  return failed(String(isConnection ? code : name), isConnection || status === 429)
}
