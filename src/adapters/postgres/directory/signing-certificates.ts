// Certificates of pools. They are read by administrators and for SAML requests, so from the
// database, and not kept in memory.
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { SigningCertificate, SigningCertificates } from '#ports/signing-certificates.js'
import { lockName } from '../connection/connection.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

export class PostgresSigningCertificates extends Repository implements SigningCertificates {
  async newest(pool: Pool): Promise<SigningCertificate | undefined> {
    const [row] = await this.query(
      (sql) => sql<SigningCertificate[]>`
        select serial_number as "serialNumber", certificate,
               private_key_sealed as "privateKeySealed", created_at as "createdAtMs"
          from signing_certificates where user_pool_id = ${pool.id}
         order by created_at desc, serial_number limit 1`,
    )
    return row
  }

  async insertAfter(
    pool: PrimaryPool,
    earlier: string | undefined,
    { serialNumber, certificate, privateKeySealed, createdAtMs }: SigningCertificate,
  ): Promise<'inserted' | 'exists'> {
    return this.connection.atomically(async (connection) => {
      await lockName(connection, `signing certificate of ${pool.id}`)
      const newest = await new PostgresSigningCertificates(connection).newest(pool)
      if (newest?.serialNumber !== earlier) return 'exists'
      await connection.query(
        (sql) => sql`
          insert into signing_certificates (user_pool_id, serial_number, certificate,
            private_key_sealed, created_at)
          values (${pool.id}, ${serialNumber}, ${certificate}, ${privateKeySealed},
            ${at(createdAtMs)})`,
      )
      return 'inserted'
    })
  }

  async poolsInNeed({
    beforeMs,
    afterId,
    limit,
  }: {
    readonly beforeMs: number
    readonly afterId: string
    readonly limit: number
  }): Promise<readonly string[]> {
    const rows = await this.query(
      (sql) => sql<{ user_pool_id: string }[]>`
        select p.user_pool_id
          from user_pools p
          left join lateral (
            select max(created_at) as created_at from signing_certificates c
             where c.user_pool_id = p.user_pool_id) newest on true
         where p.replica_regions[1] = ${this.connection.region} and p.user_pool_id > ${afterId}
           and (newest.created_at < ${at(beforeMs)}
             or newest.created_at is null and cardinality(p.replica_regions) > 1)
         order by p.user_pool_id limit ${limit}`,
    )
    return rows.map((row) => row.user_pool_id)
  }
}
