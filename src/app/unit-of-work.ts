// A unit of work of one pool: what belongs together happens in one transaction, so that nothing is
// half written behind an error, and a retry finds everything as it was. The pool's cipher is taken
// before the transaction begins, because the KMS may have to be asked for it, which is slow and
// reads over connections of its own.

import { UserRecords } from '#app/accounts/user-records.js'
import type { PoolCiphers } from '#app/crypto/pool-cipher.js'
import type { OneTimeCodes } from '#app/messages/codes.js'
import type { Pool } from '#ports/capability.js'
import type { BoundRepositories, UnitOfWork } from '#ports/unit-of-work.js'

/** Everything that a unit of work of a pool may use, bound to its transaction. */
export interface BoundFlows extends Omit<BoundRepositories, 'users' | 'codes' | 'outbox'> {
  readonly users: UserRecords
  readonly codes: OneTimeCodes
}

export interface PoolWorkOptions {
  readonly unitOfWork: UnitOfWork
  readonly poolKeys: PoolCiphers
  readonly codesOver: (
    bound: Pick<BoundRepositories, 'codes' | 'outbox'>,
    ciphers: PoolCiphers,
  ) => OneTimeCodes
}

export class PoolWork {
  readonly #options: PoolWorkOptions

  constructor(options: PoolWorkOptions) {
    this.#options = options
  }

  /** Runs `work` in one transaction; it may be run again, so it changes nothing outside of it. */
  async run<T>(pool: Pool, work: (bound: BoundFlows) => Promise<T>): Promise<T> {
    const { unitOfWork, poolKeys, codesOver } = this.#options
    const cipher = await poolKeys.cipher(pool)
    const ciphers: PoolCiphers = { cipher: () => cipher }
    return unitOfWork.run(({ users, codes, outbox, ...others }) =>
      work({
        ...others,
        users: new UserRecords({ users, poolKeys: ciphers, isBound: true }),
        codes: codesOver({ codes, outbox }, ciphers),
      }),
    )
  }

  /** Returns what `work` would return, and undoes it. */
  async rehearse<T>(pool: Pool, work: (bound: BoundFlows) => Promise<T>): Promise<T> {
    const undone: { outcome?: T } = {}
    const undo = new Error('a rehearsal is undone')
    try {
      await this.run(pool, async (bound) => {
        undone.outcome = await work(bound)
        throw undo
      })
    } catch (error) {
      if (error !== undo) throw error
    }
    return undone.outcome as T
  }
}
