// What the names that sign users in lead to. The searchable side of a sealed user is HMACs of them:
// two users of a pool never hold the same one, which the database's unique indexes guarantee. A
// name without a user leads to a decoy: what is counted and returned for a user is counted and
// returned for it, too, under an ID that is made up and always the same for the name. So neither a
// lock nor a limit tells who exists (PreventUserExistenceErrors).

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { isUuid } from '#base/uuid.js'
import { type Decoy, decoySub, decoyUser } from '#domain/credential/decoy.js'
import type { AliasAttribute, GlobalSettings } from '#domain/pool/settings.js'
import { aliasKindOf, claimedAlias, normalName } from '#domain/user/aliases.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
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

/** The decoy of a typed-in name. */
export function decoyFor(pool: Pool, cipher: PoolCipher, name: string): Decoy {
  return decoyUser({
    ...derivation(pool, cipher, name),
    hasUuidName: hasOtherUserName(pool, name),
  })
}

/** The `sub` of that decoy, for what is counted for the name. */
export function decoySubOf(pool: Pool, cipher: PoolCipher, name: string): string {
  return decoySub(derivation(pool, cipher, name))
}

function derivation(pool: Pool, cipher: PoolCipher, name: string) {
  const secret = cipher.remember('decoy', () => cipher.hash('decoy', pool.id))
  return { secret, name: normalName(pool.settings, name) }
}

/** Whether a user who signs in by `name` has another user name, which the decoy then needs too. */
function hasOtherUserName(pool: Pool, name: string): boolean {
  const kind = aliasKindOf(pool.settings, name)
  if (kind === 'email' || kind === 'phone_number') return true
  return pool.settings.usernameAttributes.length > 0 && !isUuid(name)
}
