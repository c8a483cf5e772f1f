// Password hashes that a user import brought in. To check a password against one is costly on
// purpose, so it happens beside the event loop, and no more of it at a time than was decided.
import type { PasswordHash } from '#domain/credential/password-hash.js'

/** 'busy': too many checks are waiting already. */
export type HashVerdict = 'right' | 'wrong' | 'busy'

/** Checks passwords against imported hashes. */
export interface PasswordHashes {
  verify(hash: PasswordHash, password: string): Promise<HashVerdict>
}
