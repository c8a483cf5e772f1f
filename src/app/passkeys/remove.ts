// The end of a passkey: the row and the count of the user's passkeys change together.

import type { PrimaryPool } from '#ports/capability.js'
import type { PasskeyServices } from './register.js'
import { credentialHash } from './seal.js'

/** Removes a passkey of the user; those of others are absent. */
export async function removePasskey(
  { poolKeys, poolWork, clock }: Pick<PasskeyServices, 'poolKeys' | 'poolWork' | 'clock'>,
  pool: PrimaryPool,
  sub: string,
  credentialId: string,
): Promise<'removed' | 'absent'> {
  const hash = credentialHash(await poolKeys.cipher(pool), credentialId)
  return poolWork.run(pool, async ({ users, passkeys }) => {
    const removed = await passkeys.remove(pool, { sub, credentialHash: hash })
    if (removed === 'absent') return removed
    await users.change(pool, sub, {
      nowMs: clock.nowMs(),
      decide: (_user, _credential, { passkeyCount = 1, ...factors }) => ({
        factors: { ...factors, ...(passkeyCount > 1 && { passkeyCount: passkeyCount - 1 }) },
      }),
    })
    return removed
  })
}
