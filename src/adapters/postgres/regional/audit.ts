// The audit of this Region. The row of the chain's ends is locked while entries are added or
// removed, so that there is one chain however many processes write to it.
import { required } from '#base/assert.js'
import type { AuditBase, AuditEntry, AuditLink } from '#domain/audit/chain.js'
import type { AuditEntries, AuditRange } from '#ports/audit.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

interface Ends {
  readonly headSeq: number
  readonly headHash: Uint8Array
  readonly baseSeq: number
  readonly baseHash: Uint8Array
  readonly baseMac: Uint8Array
}

export class PostgresAuditEntries extends Repository implements AuditEntries {
  append(follow: (head: AuditLink) => readonly AuditEntry[]): Promise<void> {
    return this.connection.atomically(async (connection) => {
      const [locked] = await connection.query(
        (sql) => sql<AuditLink[]>`
          select head_seq::float8 as seq, head_hash as hash from audit_chain where id = 1
             for update`,
      )
      const entries = follow(required(locked, 'the row of the chain'))
      const last = entries.at(-1)
      if (last === undefined) return
      const rows = entries.map(({ seq, atMs, entry, hash }) => ({ seq, at: at(atMs), entry, hash }))
      await connection.query(
        (sql) => sql`
          with added as (
            insert into audit_entries ${sql(rows, 'seq', 'at', 'entry', 'hash')})
          update audit_chain set head_seq = ${last.seq}, head_hash = ${last.hash} where id = 1`,
      )
    })
  }

  async read({ order, seq, limit }: AuditRange): Promise<readonly AuditEntry[]> {
    const rows = await this.query((sql) => {
      const place =
        order === 'after'
          ? sql`where seq > ${seq} order by seq`
          : sql`where seq < ${seq} order by seq desc`
      return sql<AuditEntry[]>`
        select seq::float8 as seq, at as "atMs", entry, hash from audit_entries
        ${place} limit ${limit}`
    })
    return [...rows]
  }

  async ends(): Promise<{ readonly base: AuditBase; readonly head: AuditLink }> {
    const [ends] = await this.query(
      (sql) => sql<Ends[]>`
        select head_seq::float8 as "headSeq", head_hash as "headHash",
            base_seq::float8 as "baseSeq", base_hash as "baseHash", base_mac as "baseMac"
          from audit_chain where id = 1`,
    )
    const { headSeq, headHash, baseSeq, baseHash, baseMac } = required(ends, 'the ends')
    return {
      base: { seq: baseSeq, hash: baseHash, mac: baseMac },
      head: { seq: headSeq, hash: headHash },
    }
  }

  removeBefore(options: {
    readonly atMs: number
    readonly rowsMax: number
    readonly macOf: (base: AuditLink) => Uint8Array
  }): Promise<number> {
    const { atMs, rowsMax, macOf } = options
    return this.connection.atomically(async (connection) => {
      await connection.query((sql) => sql`select from audit_chain where id = 1 for update`)
      // Those in front of the first one that stays, whatever a clock that was set back has written.
      const [base] = await connection.query(
        (sql) => sql<AuditLink[]>`
          with oldest as (select seq, at, hash from audit_entries order by seq limit ${rowsMax})
          select seq::float8 as seq, hash from oldest
           where not exists (
             select from oldest as kept where kept.at >= ${at(atMs)} and kept.seq <= oldest.seq)
           order by seq desc limit 1`,
      )
      if (base === undefined) return 0
      await connection.query((sql) => sql`select set_config('twinpool.removes_audit', 'yes', true)`)
      const { count } = await connection.query(
        (sql) => sql`delete from audit_entries where seq <= ${base.seq}`,
      )
      await connection.query(
        (sql) => sql`
          update audit_chain set base_seq = ${base.seq}, base_hash = ${base.hash},
              base_mac = ${macOf(base)} where id = 1`,
      )
      return count
    })
  }
}
