// The sealed form of a passkey. What an attacker could do with it is little (the key is public),
// but a credential ID and its relying party say where a person has an account.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { StoredPasskey } from '#ports/passkeys.js'

/** A passkey that is registered. */
export interface OpenedPasskey {
  /** base64url, as on the wire. */
  readonly credentialId: string
  /** COSE_Key, base64url. */
  readonly publicKey: string
  readonly relyingPartyId: string
  readonly friendlyName: string
  readonly attachment: string | undefined
  readonly transports: readonly string[]
}

const contextOf = (hash: Uint8Array) => ({
  table: 'passkeys',
  column: 'passkey_sealed',
  row: Buffer.from(hash).toString('hex'),
})

/** Under which a credential ID is stored. */
export function credentialHash(cipher: PoolCipher, credentialId: string): Uint8Array {
  return cipher.hash('passkey', credentialId)
}

/** A passkey for its row. */
export function sealPasskey(
  cipher: PoolCipher,
  sub: string,
  passkey: OpenedPasskey,
  createdAtMs: number,
): StoredPasskey {
  const hash = credentialHash(cipher, passkey.credentialId)
  const passkeySealed = cipher.sealJson(contextOf(hash), passkey)
  return { sub, credentialHash: hash, passkeySealed, createdAtMs }
}

/** Opens what sealPasskey sealed. */
export function openPasskey(cipher: PoolCipher, stored: StoredPasskey): OpenedPasskey {
  return cipher.openJson(contextOf(stored.credentialHash), stored.passkeySealed) as OpenedPasskey
}
