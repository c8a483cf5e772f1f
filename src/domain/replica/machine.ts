// The life of a replica as data.
//
//   (none) --create--> CREATING --seeded--> INACTIVE <--update--> ACTIVE
//                                           INACTIVE --delete--> DELETING --cleared--> (none)
//
// The primary writes the phase (CREATING, READY, DELETING) as a directory row. Whether a READY
// replica is active is said by runtime rows of either Region, because activating a secondary is
// exactly what an operator wants to do while the primary is down; the newest statement wins.

/** Status as the API reports it (UserPoolReplicaType.Status). */
export type ReplicaStatus = 'CREATING' | 'ACTIVE' | 'INACTIVE' | 'DELETING'

/** What the primary's row says. */
export type ReplicaPhase = 'CREATING' | 'READY' | 'DELETING'

/** One Region's statement that a replica is active, or is not. */
export interface Activation {
  readonly region: string
  readonly isActive: boolean
  readonly changedAtMs: number
}

/** Folds the phase and all statements about a replica into its status; new ones are INACTIVE. */
export function replicaStatus(
  phase: ReplicaPhase,
  activations: readonly Activation[],
): ReplicaStatus {
  if (phase !== 'READY') return phase
  let newest: Activation | undefined
  for (const activation of activations) {
    if (newest === undefined || activation.changedAtMs > newest.changedAtMs) newest = activation
    // Two statements of one millisecond: the cautious one holds, in whichever order they are read.
    else if (activation.changedAtMs === newest.changedAtMs && !activation.isActive)
      newest = activation
  }
  return newest?.isActive === true ? 'ACTIVE' : 'INACTIVE'
}

/** The statuses that UpdateUserPoolReplica may leave from. */
export function allowsStatusChange(status: ReplicaStatus): boolean {
  return status === 'ACTIVE' || status === 'INACTIVE'
}

/** DeleteUserPoolReplica takes INACTIVE replicas only. */
export function allowsDeletion(status: ReplicaStatus): boolean {
  return status === 'INACTIVE'
}
