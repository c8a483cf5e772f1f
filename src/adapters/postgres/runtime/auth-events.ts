// The event log of threat protection. An event's row is the serving Region's; what is said of it
// may be said in any Region and is a row of its own there. An event that a Region has taken over
// from another is in the rows of both for a while, and is one.
import { isUuid } from '#base/uuid.js'
import type { EventFeedback } from '#domain/risk/event.js'
import type {
  AuthEvents,
  EventPosition,
  ReadAuthEvent,
  StoredAuthEvent,
} from '#ports/auth-events.js'
import type { Pool } from '#ports/capability.js'
import { Repository } from '../connection/repository.js'
import { at } from '../connection/values.js'

interface Row {
  readonly event_id: string
  readonly sub: string
  readonly created_at: number
  readonly event_sealed: Uint8Array
  readonly value: EventFeedback['value'] | null
  readonly provider: EventFeedback['provider'] | null
  readonly given_at: number | null
}

export class PostgresAuthEvents extends Repository implements AuthEvents {
  async write(pool: Pool, events: readonly StoredAuthEvent[]): Promise<readonly string[]> {
    if (events.length === 0) return []
    const texts = <T>(of: (event: StoredAuthEvent) => T) => events.map((event) => String(of(event)))
    const moments = (of: (event: StoredAuthEvent) => number) =>
      texts((event) => new Date(of(event)).toISOString())
    const sealed = events.map((event) => Buffer.from(event.eventSealed).toString('hex'))
    const rows = await this.query(
      (sql) => sql<{ event_id: string }[]>`
        insert into auth_events as mine (user_pool_id, origin_region, event_id, sub, step,
          has_passed, created_at, expires_at, event_sealed)
        select ${pool.id}, ${this.connection.region}, e.event_id::uuid, e.sub::uuid, e.step::int,
               e.has_passed::boolean, e.created_at::timestamptz, e.expires_at::timestamptz,
               decode(e.sealed, 'hex')
          from unnest(${texts((event) => event.eventId)}::text[],
                 ${texts((event) => event.sub)}::text[],
                 ${texts((event) => event.step)}::text[],
                 ${texts((event) => event.hasPassed)}::text[],
                 ${moments((event) => event.createdAtMs)}::text[],
                 ${moments((event) => event.expiresAtMs)}::text[],
                 ${sealed}::text[])
               as e (event_id, sub, step, has_passed, created_at, expires_at, sealed)
         where exists (
           select from users u where u.user_pool_id = ${pool.id} and u.sub = e.sub::uuid)
        on conflict (user_pool_id, origin_region, event_id) do update set
          step = excluded.step, has_passed = excluded.has_passed,
          event_sealed = excluded.event_sealed
          where mine.step <= excluded.step
        returning event_id`,
    )
    return rows.map((row) => row.event_id)
  }

  async list(
    pool: Pool,
    sub: string,
    { after, limit }: { readonly after: EventPosition | undefined; readonly limit: number },
  ): Promise<readonly ReadAuthEvent[]> {
    const rows = await this.query(
      (sql) => sql<Row[]>`
        select e.event_id, e.sub, e.created_at, e.event_sealed, f.value, f.provider, f.given_at
          from auth_events e
          left join lateral (
            select value, provider, given_at from auth_event_feedback f
             where f.user_pool_id = e.user_pool_id and f.event_id = e.event_id and f.sub = e.sub
             order by given_at desc, origin_region limit 1) f on true
         where e.user_pool_id = ${pool.id} and e.sub = ${sub}::uuid
           and not exists (
             select from auth_events taken
              where taken.user_pool_id = e.user_pool_id and taken.sub = e.sub
                and taken.created_at = e.created_at and taken.event_id = e.event_id
                and taken.origin_region < e.origin_region)
           ${
             after === undefined
               ? sql``
               : sql`and (e.created_at, e.event_id) <
                   (${at(after.createdAtMs)}::timestamptz, ${after.eventId}::uuid)`
           }
         order by e.created_at desc, e.event_id desc limit ${limit}`,
    )
    return rows.map(toEvent)
  }

  async past(pool: Pool, sub: string, limit: number): Promise<readonly ReadAuthEvent[]> {
    const rows = await this.query(
      (sql) => sql<Row[]>`
        with passed as (
          select origin_region, event_id from auth_events
           where user_pool_id = ${pool.id} and sub = ${sub}::uuid and has_passed
           order by created_at desc limit ${limit}),
        judged as (
          select distinct on (event_id) event_id, value, provider, given_at
            from auth_event_feedback
           where user_pool_id = ${pool.id} and sub = ${sub}::uuid
           order by event_id, given_at desc, origin_region)
        select e.event_id, e.sub, e.created_at, e.event_sealed, f.value, f.provider, f.given_at
          from auth_events e left join judged f on f.event_id = e.event_id
         where e.user_pool_id = ${pool.id} and e.sub = ${sub}::uuid
           and e.event_id in (
             select event_id from passed
             union (select event_id from judged order by given_at desc limit ${limit}))
         order by e.created_at desc, e.event_id desc`,
    )
    return rows.map(toEvent)
  }

  async judge(
    pool: Pool,
    { eventId, sub }: { readonly eventId: string; readonly sub: string },
    { value, provider, givenAtMs }: EventFeedback,
  ): Promise<'judged' | 'absent'> {
    if (!isUuid(eventId)) return 'absent'
    const isJudged = await this.changes(
      (sql) => sql`
        insert into auth_event_feedback as mine (user_pool_id, origin_region, event_id, sub, value,
          provider, given_at, expires_at)
        select ${pool.id}, ${this.connection.region}, e.event_id, e.sub, ${value}, ${provider},
               ${at(givenAtMs)}::timestamptz, e.expires_at
          from auth_events e
         where e.user_pool_id = ${pool.id} and e.event_id = ${eventId}::uuid
           and e.sub = ${sub}::uuid
         limit 1
        on conflict (user_pool_id, origin_region, event_id) do update set
          value = excluded.value, provider = excluded.provider,
          given_at = greatest(mine.given_at, excluded.given_at)`,
    )
    return isJudged ? 'judged' : 'absent'
  }
}

function toEvent(row: Row): ReadAuthEvent {
  const { value, provider, given_at: givenAtMs } = row
  const isJudged = value !== null && provider !== null && givenAtMs !== null
  return {
    eventId: row.event_id,
    sub: row.sub,
    createdAtMs: row.created_at,
    eventSealed: row.event_sealed,
    feedback: isJudged ? { value, provider, givenAtMs } : undefined,
  }
}
