// All faults, in the sets that a run may draw from.
import { DIVERGENCE_FAULTS } from './divergence.js'
import type { Fault } from './fault.js'
import { KEY_FAULTS } from './keys.js'
import { CLOCK_FAULTS, PROCESS_FAULTS } from './processes.js'
import { REPLICATION_FAULTS, SLOT_LOSSES } from './replication.js'
import { BACKUP_FAULTS, RESTORES, WIPES } from './restores.js'
import { WIRE_FAULTS } from './wires.js'

const SETS = {
  processes: PROCESS_FAULTS,
  clocks: CLOCK_FAULTS,
  wires: WIRE_FAULTS,
  replication: REPLICATION_FAULTS,
  slots: SLOT_LOSSES,
  divergence: DIVERGENCE_FAULTS,
  keys: KEY_FAULTS,
  wipes: WIPES,
  restores: [...BACKUP_FAULTS, ...RESTORES],
} as const satisfies Readonly<Record<string, readonly Fault[]>>

export type FaultKind = keyof typeof SETS
/** The kinds of faults of a run. */
export type FaultSet = readonly FaultKind[]

export const FAULT_KINDS = Object.keys(SETS) as readonly FaultKind[]

export function faultsOf(kinds: FaultSet): readonly Fault[] {
  return kinds.flatMap((kind) => SETS[kind])
}
