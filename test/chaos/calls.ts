// Calls of the API by the SDK, and what their outcome says about whether they happened.
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { KMSClient } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { type Target, tryCall } from '#cli/signed-call.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import type { Stack } from '#test/support/stack.js'

/** How long a client waits for a response. */
const PATIENCE_MS = 4000
/** Client errors that ask for another try. */
const RETRYABLE = new Set([
  'TooManyRequestsException',
  'LimitExceededException',
  'ConcurrentModificationException',
  // The customer's code did not answer.
  'UnexpectedLambdaException',
])
/** It was never sent. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EADDRNOTAVAIL'])

export type Outcome<T> =
  | { readonly kind: 'done'; readonly output: T }
  /** A final refusal: it did not happen, and will not when asked again. */
  | { readonly kind: 'refused'; readonly name: string; readonly message: string }
  /** It did not happen now; another try may succeed. */
  | { readonly kind: 'failed'; readonly why: string }
  /** It may have happened, or may still happen. */
  | { readonly kind: 'unknown'; readonly why: string }

export interface CallOptions {
  readonly abortSignal: AbortSignal
}

type Send<C, T> = (client: C, options: CallOptions) => Promise<T>

export class Calls {
  readonly #stack: Stack
  readonly #cognito = new Map<string, CognitoIdentityProviderClient>()
  readonly #kms = new Map<string, KMSClient>()
  /** How many calls ended in each way. */
  readonly counts: Record<Outcome<unknown>['kind'], number> = {
    done: 0,
    refused: 0,
    failed: 0,
    unknown: 0,
  }

  constructor(stack: Stack) {
    this.#stack = stack
    for (const { name, endpoint } of stack.regions) {
      const options = {
        region: name,
        endpoint,
        credentials: { ...ROOT_ACCESS_KEY },
        maxAttempts: 1,
      }
      this.#cognito.set(name, new CognitoIdentityProviderClient(options))
      this.#kms.set(name, new KMSClient(options))
    }
  }

  /** The client of a Region, for a caller that sends more than once within `own`. */
  client(region: string): CognitoIdentityProviderClient {
    return required(this.#cognito.get(region), region)
  }

  /** How long a call is waited for. */
  patience(): CallOptions {
    return { abortSignal: AbortSignal.timeout(PATIENCE_MS) }
  }

  /** A call of the user pools API, in a Region. */
  cognito<T>(region: string, send: Send<CognitoIdentityProviderClient, T>): Promise<Outcome<T>> {
    return this.#run(this.#cognito.get(region), send)
  }

  kms<T>(region: string, send: Send<KMSClient, T>): Promise<Outcome<T>> {
    return this.#run(this.#kms.get(region), send)
  }

  /** A call that another access key signs. */
  async signedBy<T>(
    region: string,
    credentials: { accessKeyId: string; secretAccessKey: string },
    send: Send<CognitoIdentityProviderClient, T>,
  ): Promise<Outcome<T>> {
    const { endpoint } = this.#stack.region(region)
    const client = new CognitoIdentityProviderClient({
      region,
      endpoint,
      credentials,
      maxAttempts: 1,
    })
    try {
      return await this.#run(client, send)
    } finally {
      client.destroy()
    }
  }

  /** A call of Twinpool's own operations. */
  admin(
    region: string,
    operation: string,
    input: Readonly<Record<string, unknown>> = {},
  ): Promise<Outcome<Readonly<Record<string, unknown>>>> {
    return this.own(() => this.adminOrThrow(region, operation, input))
  }

  async adminOrThrow(
    region: string,
    operation: string,
    input: Readonly<Record<string, unknown>> = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    const { endpoint } = this.#stack.region(region)
    const target: Target = { region, endpoint, credentials: { ...ROOT_ACCESS_KEY } }
    const output = await tryCall(target, operation, input)
    if (output === undefined) throw new Error(`${region} did not answer ${operation}`)
    return output
  }

  /** Any other call, classified alike. */
  async own<T>(send: () => Promise<T>): Promise<Outcome<T>> {
    return this.#count(await outcomeOf(send))
  }

  close(): void {
    for (const client of [...this.#cognito.values(), ...this.#kms.values()]) client.destroy()
  }

  async #run<C, T>(client: C | undefined, send: Send<C, T>): Promise<Outcome<T>> {
    const own = required(client, 'a client for the Region')
    return this.#count(await outcomeOf(() => send(own, this.patience())))
  }

  #count<T>(outcome: Outcome<T>): Outcome<T> {
    this.counts[outcome.kind] += 1
    return outcome
  }
}

async function outcomeOf<T>(send: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'done', output: await send() }
  } catch (error) {
    return classify(error)
  }
}

function classify(error: unknown): Exclude<Outcome<never>, { kind: 'done' }> {
  const {
    name = '',
    message = '',
    code,
  } = error as { name?: string; message?: string; code?: string }
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  const status = $metadata?.httpStatusCode
  if (code !== undefined && UNSENT.has(code)) return { kind: 'failed', why: code }
  if (status !== undefined && status >= 400 && status < 500) {
    return RETRYABLE.has(name)
      ? { kind: 'failed', why: `${name}: ${message}` }
      : { kind: 'refused', name, message }
  }
  const admin = /^(.*) \((\w+(?:Exception|Error)?)\)$/.exec(message)
  if (name === 'CommandError' && admin !== null && !/Internal/.test(admin[2] ?? '')) {
    return { kind: 'refused', name: admin[2] ?? '', message }
  }
  return { kind: 'unknown', why: `${status ?? ''} ${code ?? name}: ${message}`.trim() }
}

/** An outcome in a few words. */
export function wordsOf(outcome: Outcome<unknown>): string {
  switch (outcome.kind) {
    case 'done':
      return 'done'
    case 'refused':
      return `refused (${outcome.name}: ${outcome.message})`
    default:
      return `${outcome.kind} (${outcome.why})`
  }
}
