// SECRET_HASH: how a client with a secret proves itself in calls for a user, without sending the
// secret. Cognito: developer guide, "Computing secret hash values", 2026.
import { createHmac } from 'node:crypto'
import { equalText } from '#base/bytes.js'

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
