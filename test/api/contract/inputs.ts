// Inputs with which operations succeed.
import { required } from '#base/assert.js'
import { CASES } from '../../anomaly/cases.js'
import type { Rig } from '../../anomaly/rig.js'
import { READS } from './reads.js'
import { type Implemented, inputOf, type PoolStage } from './stage.js'

/** Made as the operation's case in test/anomaly makes it; about `pool` where it only reads. */
export async function goodInput(rig: Rig, one: Implemented, pool: PoolStage): Promise<object> {
  const { name } = one.operation
  const found = required(CASES[name], `a case of ${name}`)
  if (found === 'reads') return (await READS[name]?.(rig)) ?? inputOf(one, pool)
  return required(
    found.find(({ ends }) => ends === undefined),
    'a case that succeeds',
  ).prepare(rig)
}
