// Begins and ends replicas on behalf of the API: the state that callers see and the job that makes
// it true are stored in one transaction, so there is never one without the other.
import type { PrimaryPool } from '#ports/capability.js'
import type { UnitOfWork } from '#ports/unit-of-work.js'
import { REPLICA_CREATE } from './workflows/replica-create.js'
import { REPLICA_DELETE } from './workflows/replica-delete.js'

export interface ReplicaControlServices {
  readonly unitOfWork: UnitOfWork
}

export class ReplicaControl {
  readonly #services: ReplicaControlServices

  constructor(services: ReplicaControlServices) {
    this.#services = services
  }

  /** Stores the replica as CREATING and starts the job that fills it. */
  create(
    pool: PrimaryPool,
    replica: {
      readonly targetRegion: string
      readonly tags: Readonly<Record<string, string>>
      readonly createdAtMs: number
      /** How many the pool may have in all. */
      readonly replicasMax: number
    },
  ): Promise<'started' | 'exists'> {
    return this.#services.unitOfWork.run(async ({ replicas, jobs }) => {
      if ((await replicas.insert(pool, replica)) === 'exists') return 'exists'
      const started = await jobs.insert({
        poolId: pool.id,
        kind: REPLICA_CREATE,
        targetRegion: replica.targetRegion,
        step: 'row',
        input: { tags: replica.tags },
      })
      return started === 'inserted' ? 'started' : 'exists'
    })
  }

  /** Stores the replica as DELETING and starts the job that empties it. */
  delete(pool: PrimaryPool, targetRegion: string): Promise<void> {
    return this.#services.unitOfWork.run(async ({ replicas, jobs }) => {
      await replicas.setPhase(pool, targetRegion, 'DELETING')
      const job = { poolId: pool.id, kind: REPLICA_DELETE, targetRegion }
      await jobs.insert({ ...job, step: 'unmark', input: {} })
    })
  }
}
