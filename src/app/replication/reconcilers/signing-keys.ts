// Gives pools of earlier versions, which have one signing key for all tokens, their key for ID
// tokens. Only the Region that owns a pool does, and its secondaries get the key as they get every
// row. The old key stays: access tokens are signed with it, and what it signed stays valid.

import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { SigningKeyRing } from '#app/sessions/signing-keys.js'
import type { Logger } from '#base/log.js'
import { asPrimary } from '#ports/capability.js'
import type { Pools, SigningKeys } from '#ports/directory.js'
import { KeyRefusedError } from '#ports/keys.js'
import type { Reconciler } from './reconciler.js'

const PAGE = 100

export function signingKeysReconciler(options: {
  readonly pools: Pick<Pools, 'find'>
  readonly signingKeys: SigningKeys
  readonly poolKeys: PoolKeys
  readonly signing: SigningKeyRing
  readonly log: Logger
  readonly intervalMs: number
}): Reconciler {
  const { pools, signingKeys, poolKeys, signing, log } = options

  async function addKey(poolId: string): Promise<void> {
    const found = await pools.find(poolId)
    const pool = found && asPrimary(found)
    if (pool === undefined) return
    try {
      const key = await signing.create(await poolKeys.cipher(pool), 'id')
      const outcome = await signingKeys.insertMissing(pool, key)
      if (outcome === 'inserted') log.info('signing key for ID tokens added', { pool: poolId })
    } catch (error) {
      // The pool's KMS key is switched off: its turn comes again when it is usable.
      if (!(error instanceof KeyRefusedError)) throw error
    }
  }

  return {
    name: 'signing-keys',
    intervalMs: options.intervalMs,
    async run(signal) {
      let afterId = ''
      while (!signal.aborted) {
        const page = await signingKeys.poolsWithout('id', { afterId, limit: PAGE })
        for (const poolId of page) {
          if (signal.aborted) break
          await addKey(poolId)
        }
        if (page.length < PAGE) break
        afterId = page.at(-1) ?? afterId
      }
      return 'steady'
    },
  }
}
