// Replication taken apart by hand: slots dropped, subscriptions dropped or switched off.
import type { Sql } from 'postgres'
import type { StackRegion } from '#test/support/stack.js'
import { type Fault, of, ofBoth } from './fault.js'

/** Statements that may meet what is not there, as any moment of a rebuild has. */
export async function tryOn(
  { sql }: StackRegion,
  work: (sql: Sql) => Promise<unknown>,
): Promise<void> {
  await sql(work).catch(() => undefined)
}

/** Drops every slot of the Region's server, taking them from who holds them. */
export function dropSlots(region: StackRegion): Promise<void> {
  return tryOn(region, async (sql) => {
    for (let tries = 0; tries < 20; tries += 1) {
      const slots = await sql<{ slot_name: string; active_pid: number | null }[]>`
        select slot_name, active_pid from pg_replication_slots where not temporary`
      if (slots.length === 0) return
      for (const { slot_name: name, active_pid: pid } of slots) {
        if (pid !== null) await sql`select pg_terminate_backend(${pid})`
        await sql`select pg_drop_replication_slot(${name})`.catch(() => undefined)
      }
    }
  })
}

const onSubscriptions = (
  region: StackRegion,
  statements: (name: string) => readonly string[],
): Promise<void> =>
  tryOn(region, async (sql) => {
    for (const { subname } of await sql<{ subname: string }[]>`select subname from pg_subscription`)
      for (const statement of statements(subname)) await sql.unsafe(statement)
  })

export const REPLICATION_FAULTS: readonly Fault[] = [
  {
    name: 'drop the slots',
    weight: 2,
    parts: of('replication', 'database'),
    async run({ world, region }) {
      await dropSlots(world.stack.region(region))
    },
  },
  {
    name: 'disable the subscription',
    weight: 1,
    parts: of('replication', 'database'),
    async run({ world, region, hold }) {
      await onSubscriptions(world.stack.region(region), (name) => [
        `alter subscription "${name}" disable`,
      ])
      await hold()
    },
  },
  {
    name: 'drop the subscription',
    weight: 1,
    parts: of('replication', 'database'),
    async run({ world, region, hold }) {
      await onSubscriptions(world.stack.region(region), (name) => [
        `alter subscription "${name}" disable`,
        `alter subscription "${name}" set (slot_name = none)`,
        `drop subscription "${name}"`,
      ])
      await hold()
    },
  },
]

/** Both logs lost, so that each Region has to send everything to the other. */
export const SLOT_LOSSES: readonly Fault[] = [
  {
    name: 'drop the slots of both',
    weight: 1,
    parts: ofBoth('replication', 'database'),
    async run({ world }) {
      await Promise.all(world.stack.regions.map(dropSlots))
    },
  },
]
