// Replicas of a pool: which Regions have one and how far it is. A replica's activations are runtime
// rows; those from before the replica was created belong to an earlier one of the same Region and
// do not count, since the Region that wrote them may not have removed them yet.
import type { Activation, ReplicaPhase } from '#domain/replica/machine.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Replica, Replicas } from '#ports/directory.js'
import type { Activations } from '#ports/runtime.js'
import { CachedRepository } from '../connection/repository.js'
import { at } from '../connection/values.js'

export class PostgresReplicas extends CachedRepository implements Replicas {
  async list(pool: Pool): Promise<readonly Replica[]> {
    const rows = await this.query(
      (sql) => sql<Replica[]>`
        select r.region, r.phase,
          coalesce(jsonb_agg(jsonb_build_object(
            'region', a.region, 'isActive', a.is_active,
            'changedAtMs', floor(extract(epoch from a.changed_at) * 1000))
            order by a.changed_at) filter (where a.region is not null), '[]') as activations
          from user_pool_replicas r
          left join replica_activations a
            on a.user_pool_id = r.user_pool_id and a.region = r.region
              and a.changed_at >= r.created_at
         where r.user_pool_id = ${pool.id}
         group by r.region, r.phase, r.created_at
         order by r.created_at, r.region`,
    )
    return [...rows]
  }

  insert(
    pool: PrimaryPool,
    replica: { targetRegion: string; createdAtMs: number; replicasMax: number },
  ): Promise<'inserted' | 'exists'> {
    return this.connection.atomically(async (connection) => {
      // Calls for different Regions insert different keys, so they are counted one after another.
      await connection.query(
        (sql) => sql`select from user_pools where user_pool_id = ${pool.id} for update`,
      )
      const isInserted = await this.changePool(
        pool.id,
        (sql) => sql`
          insert into user_pool_replicas (user_pool_id, region, phase, created_at)
          select ${pool.id}, ${replica.targetRegion}, 'CREATING', ${at(replica.createdAtMs)}
           where (select count(*) from user_pool_replicas
                   where user_pool_id = ${pool.id}) < ${replica.replicasMax}
          on conflict do nothing`,
        connection,
      )
      return isInserted ? 'inserted' : 'exists'
    })
  }

  async setPhase(pool: PrimaryPool, region: string, phase: ReplicaPhase): Promise<void> {
    await this.changePool(
      pool.id,
      (sql) => sql`
        update user_pool_replicas set phase = ${phase}
         where user_pool_id = ${pool.id} and region = ${region} and phase <> ${phase}`,
    )
  }

  async remove(pool: PrimaryPool, region: string): Promise<void> {
    await this.changePool(
      pool.id,
      (sql) => sql`
        with statements as (
          delete from replica_activations
           where user_pool_id = ${pool.id} and region = ${region}
             and origin_region = ${this.connection.region})
        delete from user_pool_replicas where user_pool_id = ${pool.id} and region = ${region}`,
    )
  }
}

/**
 * Statements that a replica is active or not. Either Region may make one, and the newest holds, so
 * a statement is dated after all that this Region knows of: a clock that is behind must not make a
 * person's decision vanish.
 */
export class PostgresActivations extends CachedRepository implements Activations {
  async set(pool: Pool, activation: Activation): Promise<void> {
    await this.changePool(
      pool.id,
      (sql) => sql`
        insert into replica_activations
          (user_pool_id, origin_region, region, is_active, changed_at)
        values (${pool.id}, ${this.connection.region}, ${activation.region},
          ${activation.isActive}, greatest(${at(activation.changedAtMs)}, (
            select max(changed_at) + interval '1 ms' from replica_activations
             where user_pool_id = ${pool.id} and region = ${activation.region})))
        on conflict (user_pool_id, origin_region, region) do update
          set is_active = excluded.is_active, changed_at = excluded.changed_at`,
    )
  }
}
