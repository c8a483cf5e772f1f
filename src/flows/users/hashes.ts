// The searchable side of a sealed user: HMACs of the names that sign the user in. Two users of a
// pool never hold the same one, which the database's unique indexes guarantee.
import type { GlobalSettings } from '#domain/pool/settings.js'
import type { User } from '#domain/user/user.js'
import type { PoolCipher } from '#flows/encryption/pool-cipher.js'
import type { UserLookup } from '#ports/directory.js'

type AliasKind = NonNullable<UserLookup['alias']>['kind']

/** Names compare without case unless the pool says otherwise. */
export function normalName(settings: GlobalSettings, name: string): string {
  return settings.isCaseSensitive ? name : name.toLowerCase()
}

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
  kind: AliasKind,
  value: string,
): Uint8Array {
  return cipher.hash(kind, normalName(settings, value))
}

/** Which alias a typed-in name could be in this pool: at most one, by its form. */
function aliasKindOf(settings: GlobalSettings, name: string): AliasKind | undefined {
  const kinds: readonly string[] = [...settings.aliasAttributes, ...settings.usernameAttributes]
  if (kinds.includes('email') && name.includes('@')) return 'email'
  if (kinds.includes('phone_number') && name.startsWith('+')) return 'phone_number'
  if (kinds.includes('preferred_username')) return 'preferred_username'
  return undefined
}

/** How to find the user that a typed-in name means. */
export function lookupOf(cipher: PoolCipher, settings: GlobalSettings, name: string): UserLookup {
  const kind = aliasKindOf(settings, name)
  return {
    usernameHash: usernameHash(cipher, settings, name),
    alias: kind && { kind, hash: aliasHash(cipher, settings, kind, name) },
  }
}

/** The alias that an attribute gives its user, if the pool has that alias. */
function claimedAlias(user: User, settings: GlobalSettings, kind: AliasKind): string | undefined {
  const value = user.attributes[kind]
  if (value === undefined || value === '') return undefined
  // As a user name an address counts at once; as an alias only when it is verified.
  if (kind !== 'preferred_username' && settings.usernameAttributes.includes(kind)) return value
  if (!settings.aliasAttributes.includes(kind)) return undefined
  if (kind === 'preferred_username') return value
  return user.attributes[`${kind}_verified`] === 'true' ? value : undefined
}

/** The hashes a user's row carries. */
export function claimedHashes(cipher: PoolCipher, settings: GlobalSettings, user: User) {
  const claim = (kind: AliasKind) => {
    const value = claimedAlias(user, settings, kind)
    return value === undefined ? undefined : aliasHash(cipher, settings, kind, value)
  }
  return {
    usernameHash: usernameHash(cipher, settings, user.username),
    emailHash: claim('email'),
    phoneNumberHash: claim('phone_number'),
    preferredUsernameHash: claim('preferred_username'),
  }
}
