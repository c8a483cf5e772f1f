// Calls of the user pools API as they are on the wire, so that a test can send what no SDK would:
// inputs that break the contract, no signature, another's.
import { required } from '#base/assert.js'
import { utf8 } from '#base/bytes.js'
import { encode } from '#contract/codec.js'
import { cognitoOperations } from '#contract/cognito.js'
import { sha256Hex } from '#domain/iam/signature/canonical.js'
import { signHeaders } from '#domain/iam/signature/sign.js'
import { ROOT_ACCESS_KEY } from './node-config.js'

export interface Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface Answer {
  readonly status: number
  /** Undefined where the call succeeded. */
  readonly code: string | undefined
  readonly message: string | undefined
  readonly output: Readonly<Record<string, unknown>>
}

export interface WireOptions {
  readonly endpoint: string
  readonly region: string
  /** Who signs: the root key unless given, nobody for `undefined`. */
  readonly key?: Key | undefined
}

/** Sends an input as the SDK encodes it, unchecked. */
export async function wireCall(
  options: WireOptions,
  operation: string,
  input: object,
): Promise<Answer> {
  const { endpoint, region } = options
  const key = 'key' in options ? options.key : ROOT_ACCESS_KEY
  const { input: shape } = required(cognitoOperations.get(operation), operation)
  const body = encode(shape, input)
  const url = new URL(endpoint)
  const plain = {
    host: url.host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
  }
  const request = { method: 'POST', url: url.pathname, headers: plain, body: utf8(body) }
  const signer = key && { ...key, region, service: 'cognito-idp', nowMs: Date.now() }
  const signable = { ...request, headers: { ...plain, 'x-amz-content-sha256': sha256Hex(body) } }
  const { host: _, ...headers } = signer === undefined ? plain : signHeaders(signable, signer)
  const response = await fetch(endpoint, { method: 'POST', headers, body })
  const text = await response.text()
  const output = JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>
  const code = output['__type'] as string | undefined
  return { status: response.status, code, message: output['message'] as string | undefined, output }
}

/** Runs `work` on each item, a few at a time. */
export async function inLanes<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  lanes = 8,
): Promise<void> {
  const waiting = [...items]
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
