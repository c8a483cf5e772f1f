// Databases that go back in time: wiped, restored from a cold copy of the data directory with and
// without its slots, or from a base backup.
import { execFile } from 'node:child_process'
import { chownSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { StackRegion } from '#test/support/stack.js'
import type { World } from '../world.js'
import { type Fault, of, partOf } from './fault.js'
import { killServer, startNode } from './processes.js'

const run = promisify(execFile)

/** A copy of a Region's data directory, and the moment whose state it has. */
export interface Backup {
  readonly directory: string
  readonly kind: 'cold' | 'base'
  /** Everything acknowledged before this moment is in it. */
  readonly atMs: number
}

async function copy(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true })
  // Files of a running server come and go; a base backup does not need those that went.
  await run('cp', ['-a', from, to]).catch((error: Error) => {
    if (!/cannot stat|cannot open|No such file/.test(error.message)) throw error
  })
}

async function takeColdCopy(world: World, region: StackRegion): Promise<void> {
  const directory = join(world.stack.folder, `${region.name}.cold`)
  await region.cluster.stop()
  const atMs = Date.now()
  await copy(region.cluster.dataDirectory, directory)
  await region.cluster.start()
  world.backups.set(region.name, { directory, kind: 'cold', atMs })
}

/** As pg_basebackup does it: a checkpoint, the files, the label, and the log that they need. */
async function takeBaseBackup(world: World, region: StackRegion): Promise<void> {
  const directory = join(world.stack.folder, `${region.name}.base`)
  const source = region.cluster.dataDirectory
  await region.sql(async (sql) => {
    await sql`select pg_backup_start('chaos', true)`
    const atMs = Date.now()
    await copy(source, directory)
    const [stopped] = await sql<{ labelfile: string }[]>`
      select labelfile from pg_backup_stop(false)`
    await copy(join(source, 'pg_wal'), join(directory, 'pg_wal'))
    const label = join(directory, 'backup_label')
    writeFileSync(label, stopped?.labelfile ?? '')
    const { uid, gid } = statSync(source)
    chownSync(label, uid, gid)
    rmSync(join(directory, 'postmaster.pid'), { force: true })
    await dropSlotFiles(directory)
    world.backups.set(region.name, { directory, kind: 'base', atMs })
  })
}

async function dropSlotFiles(dataDirectory: string): Promise<void> {
  const slots = join(dataDirectory, 'pg_replslot')
  for (const name of await readdir(slots)) {
    await rm(join(slots, name), { recursive: true, force: true })
  }
}

/** Takes the database away and puts another in its place, with the node down meanwhile or not. */
async function replace(
  world: World,
  region: StackRegion,
  work: (dataDirectory: string) => Promise<void>,
  toMs: number,
): Promise<void> {
  await Promise.all([region.node.kill(), killServer(region)])
  await work(region.cluster.dataDirectory)
  world.record.restored(region.name, toMs)
  await region.cluster.start()
  await startNode(world, region)
}

/** Only what owns no pool may lose everything: the others have a copy, not the rows' right. */
const ofSecondary = (world: World, region: string) =>
  world.homes.includes(region)
    ? undefined
    : [partOf(region, 'node'), partOf(region, 'database'), partOf(region, 'replication')]

const whole = of('node', 'database', 'replication')
const withBackup = (world: World, region: string) =>
  world.backups.has(region) ? whole(world, region) : undefined

export const BACKUP_FAULTS: readonly Fault[] = [
  {
    name: 'take a cold copy of the database',
    weight: 2,
    parts: of('node', 'database'),
    run: ({ world, region }) => takeColdCopy(world, world.stack.region(region)),
  },
  {
    name: 'take a base backup of the database',
    weight: 2,
    parts: of('database', 'replication'),
    run: ({ world, region }) => takeBaseBackup(world, world.stack.region(region)),
  },
]

export const WIPES: readonly Fault[] = [
  {
    name: 'wipe the database of a secondary',
    weight: 1.5,
    parts: ofSecondary,
    async run({ world, region }) {
      const place = world.stack.region(region)
      await replace(world, place, () => place.cluster.initialise(), Number.NEGATIVE_INFINITY)
    },
  },
]

export const RESTORES: readonly Fault[] = [
  {
    name: 'restore the database as it was',
    weight: 3,
    parts: withBackup,
    async run({ world, region, chance, hold }) {
      const place = world.stack.region(region)
      const backup = world.backups.get(region)
      if (backup === undefined) return
      const keepsSlots = chance.is(0.5)
      const age = ((Date.now() - backup.atMs) / 1000).toFixed(1)
      world.say(
        `${region}: ${backup.kind} copy, ${age} s old, slots ${keepsSlots ? 'kept' : 'lost'}`,
      )
      const work = async (dataDirectory: string) => {
        await copy(backup.directory, dataDirectory)
        if (!keepsSlots) await dropSlotFiles(dataDirectory)
        await hold()
      }
      await replace(world, place, work, backup.atMs)
    },
  },
]
