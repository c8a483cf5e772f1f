// App client secrets, opened. Up to two are active at a time, so that they can be rotated without
// an outage; either one proves the client. Opened secrets live on the pool's cipher.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { equalText, textOf, utf8 } from '#base/bytes.js'
import { isSecretHash } from '#domain/client/secret.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { ClientSecret } from '#ports/directory.js'

/** A client as far as its secrets go. */
export interface SecretHolder {
  readonly secrets: readonly ClientSecret[]
  readonly client: { readonly clientId: string }
}

const contextOf = (secretId: string) => ({
  table: 'client_secrets',
  column: 'secret_sealed',
  row: secretId,
})

export function sealSecret(cipher: PoolCipher, secretId: string, secret: string): Uint8Array {
  return cipher.seal(contextOf(secretId), utf8(secret))
}

/** The client's secrets in clear; empty for a public client. */
export function openSecrets(cipher: PoolCipher, holder: SecretHolder): readonly string[] {
  return holder.secrets.map((row) =>
    cipher.remember(`secret:${row.secretId}`, () =>
      textOf(cipher.open(contextOf(row.secretId), row.secretSealed)),
    ),
  )
}

/** Whether the client needs no secret, or `secret` is one of its own. */
export function provesClient(
  cipher: PoolCipher,
  holder: SecretHolder,
  secret: string | undefined,
): boolean {
  if (holder.secrets.length === 0) return secret === undefined || secret === ''
  if (secret === undefined) return false
  // Every secret is compared, so that the time does not tell which one was right.
  return openSecrets(cipher, holder).reduce((found, own) => equalText(own, secret) || found, false)
}

/**
 * What is wrong with the SECRET_HASH of a call for a user, which a client with a secret must send
 * with each of them; undefined when nothing is.
 */
export function secretHashRefusal(
  cipher: PoolCipher,
  holder: SecretHolder,
  given: { readonly usernames: readonly string[]; readonly secretHash: string | undefined },
): Refused | undefined {
  if (holder.secrets.length === 0) return undefined
  const { secretHash } = given
  const { clientId } = holder.client
  if (!secretHash) return refused('secret-hash-missing', clientId)
  const secrets = openSecrets(cipher, holder)
  const isRight = given.usernames.some((username) =>
    isSecretHash({ secretHash, username, clientId, secrets }),
  )
  return isRight ? undefined : refused('secret-hash-mismatch', clientId)
}
