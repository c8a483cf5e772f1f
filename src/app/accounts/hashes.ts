// The searchable side of a sealed user: HMACs of the names that sign the user in. Two users of a
// pool never hold the same one, which the database's unique indexes guarantee.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { isUuid } from '#base/uuid.js'
import type { AliasAttribute, GlobalSettings } from '#domain/pool/settings.js'
import { aliasKindOf, claimedAlias, normalName } from '#domain/user/aliases.js'
import type { User } from '#domain/user/user.js'
import type { UserLookup } from '#ports/directory.js'

export function usernameHash(
  cipher: PoolCipher,
  settings: GlobalSettings,
  username: string,
): Uint8Array {
  return cipher.hash('username', normalName(settings, username))
}

export function aliasHash(
  cipher: PoolCipher,
  settings: GlobalSettings,
  kind: AliasAttribute,
  value: string,
): Uint8Array {
  return cipher.hash(kind, normalName(settings, value))
}

/** How to find the user that a typed-in name means. */
export function lookupOf(cipher: PoolCipher, settings: GlobalSettings, name: string): UserLookup {
  const kind = aliasKindOf(settings, name)
  return {
    usernameHash: usernameHash(cipher, settings, name),
    alias: kind && { kind, hash: aliasHash(cipher, settings, kind, name) },
    sub: isUuid(name) ? name : undefined,
  }
}

/** The hashes a user's row carries. */
export function claimedHashes(cipher: PoolCipher, settings: GlobalSettings, user: User) {
  const claim = (kind: AliasAttribute) => {
    const value = claimedAlias(settings, user, kind)
    return value === undefined ? undefined : aliasHash(cipher, settings, kind, value)
  }
  return {
    usernameHash: usernameHash(cipher, settings, user.username),
    emailHash: claim('email'),
    phoneNumberHash: claim('phone_number'),
    preferredUsernameHash: claim('preferred_username'),
  }
}
