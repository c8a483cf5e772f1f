// Passkeys of users: directory rows, which the primary writes and which travel. They are found by
// the hash of their credential ID, and a user's by the user.
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Passkeys, StoredPasskey } from '#ports/passkeys.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

interface Row {
  readonly sub: string
  readonly credential_hash: Uint8Array
  readonly passkey_sealed: Uint8Array
  readonly created_at: number
}

export class PostgresPasskeys extends Repository implements Passkeys {
  async list(pool: Pool, sub: string): Promise<readonly StoredPasskey[]> {
    const rows = await this.query(
      (sql) => sql<Row[]>`
        select sub, credential_hash, passkey_sealed, created_at from passkeys
         where user_pool_id = ${pool.id} and sub = ${sub} order by created_at, credential_hash`,
    )
    return rows.map(toPasskey)
  }

  async find(pool: Pool, credentialHash: Uint8Array): Promise<StoredPasskey | undefined> {
    const [row] = await this.query(
      (sql) => sql<Row[]>`
        select sub, credential_hash, passkey_sealed, created_at from passkeys
         where user_pool_id = ${pool.id} and credential_hash = ${credentialHash}`,
    )
    return row && toPasskey(row)
  }

  async insert(pool: PrimaryPool, passkey: StoredPasskey): Promise<'inserted' | 'exists'> {
    const { sub, credentialHash, passkeySealed, createdAtMs } = passkey
    const isInserted = await this.changes(
      (sql) => sql`
        insert into passkeys (user_pool_id, credential_hash, sub, passkey_sealed, created_at)
        values (${pool.id}, ${credentialHash}, ${sub}, ${passkeySealed}, ${at(createdAtMs)})
        on conflict do nothing`,
    )
    return isInserted ? 'inserted' : 'exists'
  }

  async remove(
    pool: PrimaryPool,
    { sub, credentialHash }: { readonly sub: string; readonly credentialHash: Uint8Array },
  ): Promise<'removed' | 'absent'> {
    const { region } = this.connection
    const isRemoved = await this.changes(
      (sql) => sql`
        with counters as (
          delete from passkey_uses where user_pool_id = ${pool.id}
             and origin_region = ${region} and credential_hash = ${credentialHash} and sub = ${sub})
        delete from passkeys
         where user_pool_id = ${pool.id} and credential_hash = ${credentialHash} and sub = ${sub}`,
    )
    return isRemoved ? 'removed' : 'absent'
  }
}

function toPasskey(row: Row): StoredPasskey {
  return {
    sub: row.sub,
    credentialHash: row.credential_hash,
    passkeySealed: row.passkey_sealed,
    createdAtMs: row.created_at,
  }
}
