// Keys switched off by their owner, and on again.
import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import { waitFor } from '#test/support/wait.js'
import type { Fault } from './fault.js'

export const KEY_FAULTS: readonly Fault[] = [
  {
    name: 'disable a key',
    weight: 1,
    parts: () => ['keys'],
    async run({ world, region, chance, hold }) {
      const pools = world.record.pools.filter((pool) => pool.exists.isSurely(true))
      const pool = chance.pick(pools)
      if (pool === undefined) return
      pool.hasKeyTrouble = true
      world.note(pool, `its key is disabled at ${region}`)
      const { calls } = world
      await calls.kms(region, (kms, how) =>
        kms.send(new DisableKeyCommand({ KeyId: pool.keyId }), how),
      )
      await hold()
      const enable = async () => {
        const outcome = await calls.kms(region, (kms, how) =>
          kms.send(new EnableKeyCommand({ KeyId: pool.keyId }), how),
        )
        // A Region that has lost the key cannot enable it.
        return outcome.kind === 'done' || outcome.kind === 'refused'
      }
      await waitFor(enable, { what: 'the key to be enabled', timeoutMs: 60_000, intervalMs: 300 })
      world.note(pool, `its key is enabled at ${region}`)
    },
  },
]
