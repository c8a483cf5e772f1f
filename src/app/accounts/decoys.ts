// Decoys: what is counted and returned for a user is counted and returned for a name without one,
// too, under an ID that is made up and always the same for the name. So neither a lock nor a limit
// tells who exists (PreventUserExistenceErrors).

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { isUuid } from '#base/uuid.js'
import { type Decoy, decoySub, decoyUser } from '#domain/credential/decoy.js'
import { aliasKindOf, normalName } from '#domain/user/aliases.js'
import type { Pool } from '#ports/capability.js'

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
