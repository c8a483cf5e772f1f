// Begins and ends replicas on behalf of the API: the state that callers see and the job that makes
// it true are stored in one transaction, so there is never one without the other.
import type { PrimaryPool } from '#ports/capability.js'
import type { Replicas } from '#ports/directory.js'
import type { Jobs } from '#ports/jobs.js'
import type { Transactions } from '#ports/transaction.js'
import { REPLICA_CREATE } from './workflows/replica-create.js'
import { REPLICA_DELETE } from './workflows/replica-delete.js'

export interface ReplicaControlServices {
  readonly transactions: Transactions
  readonly replicas: Replicas
  readonly jobs: Jobs
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
      readonly region: string
      readonly tags: Readonly<Record<string, string>>
      readonly createdAtMs: number
    },
  ): Promise<'started' | 'exists'> {
    const { transactions, replicas, jobs } = this.#services
    return transactions.run(async (tx) => {
      if ((await replicas.insert(pool, replica, tx)) === 'exists') return 'exists'
      const started = await jobs.insert(
        {
          poolId: pool.id,
          kind: REPLICA_CREATE,
          subject: replica.region,
          step: 'row',
          input: { tags: replica.tags },
        },
        tx,
      )
      return started === 'inserted' ? 'started' : 'exists'
    })
  }

  /** Stores the replica as DELETING and starts the job that empties it. */
  delete(pool: PrimaryPool, region: string): Promise<void> {
    const { transactions, replicas, jobs } = this.#services
    return transactions.run(async (tx) => {
      await replicas.setPhase(pool, region, 'DELETING', tx)
      const job = { poolId: pool.id, kind: REPLICA_DELETE, subject: region }
      await jobs.insert({ ...job, step: 'unmark', input: {} }, tx)
    })
  }
}
