// Statements that a replica is active or not. Either Region may make one, and the newest holds, so
// a statement is dated after all that this Region knows of: a clock that is behind must not make a
// person's decision vanish.
import type { Activation } from '#domain/replica/machine.js'
import type { Pool } from '#ports/capability.js'
import type { Activations } from '#ports/runtime.js'
import { CachedRepository } from '../connection/repository.js'
import { at } from '../connection/values.js'

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
