// Keys switched off by their owner, and on again.
import { setTimeout as pause } from 'node:timers/promises'
import { DescribeKeyCommand, DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import { waitFor } from '#test/support/wait.js'
import type { World } from '../world.js'
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
      pool.refuseKey(Date.now())
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

/**
 * Keys of pools that a Region has and that are not there: they are sent apart from the rows, to a
 * Region that has lost its database.
 */
export async function absentKeys({ record, calls }: World): Promise<readonly string[]> {
  const found: string[] = []
  for (const { keyId: KeyId, ...pool } of record.pools) {
    if (!pool.exists.isSurely(true) || pool.replica.allowed().includes('none')) continue
    for (const region of [pool.home, pool.other]) {
      const described = await calls.kms(region, (kms, how) =>
        kms.send(new DescribeKeyCommand({ KeyId }), how),
      )
      if (described.kind !== 'done') found.push(`${region} has no key of ${pool.label}`)
    }
  }
  return found
}

/** Nodes ask for a key that was refused again within this time. */
const KEY_NOTICED_MS = 3000

/** Enables every key: a database that was restored has those disabled that were so back then. */
export async function enableKeys({ record, calls, stack }: World): Promise<void> {
  let isChanged = false
  for (const pool of record.pools) {
    if (pool.exists.isSurely(false)) continue
    const KeyId = pool.keyId
    for (const { name } of stack.regions) {
      const found = await calls.kms(name, (kms, how) =>
        kms.send(new DescribeKeyCommand({ KeyId }), how),
      )
      if (found.kind !== 'done' || found.output.KeyMetadata?.KeyState !== 'Disabled') continue
      await calls.kms(name, (kms, how) => kms.send(new EnableKeyCommand({ KeyId }), how))
      isChanged = true
    }
  }
  if (isChanged) await pause(KEY_NOTICED_MS)
}
