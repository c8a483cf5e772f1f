// Client secrets: what a generated one looks like, how it is named, and SECRET_HASH, by which a
// client proves its secret in calls for a user without sending it.
// Cognito: developer guide, "Computing secret hash values", 2026.
import { createHmac } from 'node:crypto'
import { equalText } from '#base/bytes.js'
import { LOWER_ALPHANUMERIC, type Random } from '#base/random.js'

/** Maximum of active secrets per client: two, so that one can be retired without an outage. */
export const SECRETS_MAX = 2
const SECRET_CHARACTERS = 52

/** About 268 bits of randomness. */
export function randomSecret(random: Random): string {
  return random.text(SECRET_CHARACTERS, LOWER_ALPHANUMERIC)
}

/** `<client-id>--<epoch-create-time>`; later than those of the client's other secrets. */
export function newSecretId(
  clientId: string,
  nowMs: number,
  others: readonly { readonly secretId: string }[],
): string {
  const taken = others.map(({ secretId }) => Number(secretId.slice(clientId.length + 2)))
  return `${clientId}--${Math.max(nowMs, ...taken.map((ms) => ms + 1))}`
}

/** Base64 of HMAC-SHA-256 over user name and client ID, keyed by the client's secret. */
export function secretHashOf(secret: string, username: string, clientId: string): string {
  return createHmac('sha256', secret)
    .update(username + clientId, 'utf8')
    .digest('base64')
}

/** Whether `secretHash` was made with one of the client's secrets. */
export function isSecretHash(options: {
  readonly secretHash: string
  readonly username: string
  readonly clientId: string
  /** One, or two while the client's secret is being rotated. */
  readonly secrets: readonly string[]
}): boolean {
  const { secretHash, username, clientId, secrets } = options
  // Every secret is tried, so that the time does not tell which one was right.
  return secrets.reduce(
    (found, secret) => equalText(secretHashOf(secret, username, clientId), secretHash) || found,
    false,
  )
}
