// A run: cycles of load and faults, each followed by quiet and a comparison. Every decision comes
// from the seed; what it meets depends on time.
import { setTimeout as pause } from 'node:timers/promises'
import { startStack, tailOf } from '#test/support/stack.js'
import { triggerModules } from '#test/support/trigger-module.js'
import { waitFor } from '#test/support/wait.js'
import { Calls } from './calls.js'
import { Chance } from './chance.js'
import { compare } from './comparison.js'
import type { Fault } from './faults/fault.js'
import { type FaultSet, faultsOf } from './faults/faults.js'
import { DEVICE_OPERATIONS } from './operations/devices.js'
import { createOwner, FACTOR_OPERATIONS } from './operations/factors.js'
import { configureOther, writeFunctions } from './operations/furniture.js'
import { KEY_OPERATIONS } from './operations/keys.js'
import { LOCKOUT_OPERATIONS } from './operations/lockouts.js'
import { createPerson, PEOPLE_OPERATIONS } from './operations/people.js'
import {
  activate,
  createPool,
  createReplica,
  furnish,
  POOL_OPERATIONS,
} from './operations/pools.js'
import { SESSION_LIST_OPERATIONS } from './operations/session-list.js'
import { SESSION_OPERATIONS } from './operations/sessions.js'
import { waitForRest } from './quiet.js'
import { Record } from './record.js'
import { type Violation, World } from './world.js'

const ACTORS = 4
const BREAKERS = 2
const CYCLE_MS = { from: 10_000, to: 18_000 }
const FIRST_PEOPLE = 4
const STACK_SETTINGS = {
  // So short that a key that is switched off is felt within a cycle.
  keys: { dataKeyTtlSeconds: 2 },
  limits: { codesPerHourMax: 1000 },
}

const OPERATIONS = [
  ...PEOPLE_OPERATIONS,
  ...SESSION_OPERATIONS,
  ...POOL_OPERATIONS,
  ...KEY_OPERATIONS,
  ...LOCKOUT_OPERATIONS,
  ...FACTOR_OPERATIONS,
  ...DEVICE_OPERATIONS,
  ...SESSION_LIST_OPERATIONS,
]

export interface RunOptions {
  readonly seed: number
  /** How long load and quiet take together, about; the last cycle is finished. */
  readonly minutes: number
  readonly faults: FaultSet
  readonly print: (line: string) => void
}

export interface RunResult {
  readonly violations: readonly Violation[]
  readonly timeline: readonly string[]
  readonly counts: Calls['counts']
  readonly faults: number
  /** How often something succeeded, by its name. */
  readonly tally: ReadonlyMap<string, number>
}

export async function runChaos(options: RunOptions): Promise<RunResult> {
  const chance = new Chance(options.seed)
  const modules = triggerModules()
  const triggers = { functions: writeFunctions(modules) }
  const stack = await startStack({ settings: { ...STACK_SETTINGS, triggers } })
  const calls = new Calls(stack)
  const names = stack.regions.map(({ name }) => name)
  // In half of the runs one Region owns everything, so that the other one may lose it all.
  const homes = chance.is(0.5) ? names : names.slice(0, 1)
  const world = new World({ stack, calls, record: new Record(), homes, print: options.print })
  const endAtMs = performance.now() + options.minutes * 60_000
  let faults = 0
  try {
    world.say(`seed ${options.seed}, pools at ${homes.join(' and ')}`)
    await prepare(world)
    await rest(world)
    for (let cycle = 0; performance.now() < endAtMs; cycle += 1) {
      faults += await disturb(world, chance.fork(cycle), options.faults)
      if (!(await rest(world))) break
    }
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    world.violate('both Regions say the same', undefined, `the run broke off: ${text}`)
  }
  if (world.violations.length > 0) {
    for (const { node } of stack.regions) options.print(tailOf(node, 15))
  }
  const { violations, timeline, tally } = world
  calls.close()
  await stack.close()
  modules.remove()
  return { violations, timeline, counts: calls.counts, faults, tally }
}

/** What there is before anything breaks: in each home a replicated pool with people. */
async function prepare(world: World): Promise<void> {
  for (const home of world.homes) {
    // On a busy machine a call may take longer than a client of the run waits.
    const pool = await waitFor(() => createPool(world, { home, isLasting: true }), {
      what: `a pool at ${home}`,
      timeoutMs: 60_000,
    })
    await furnish(world, pool)
    for (let at = 0; at < FIRST_PEOPLE; at += 1) {
      await createPerson(world, pool, `user-${world.record.nextNumber()}`)
    }
    await createReplica(world, pool)
    while (pool.replica.isSurely('INACTIVE')) {
      await pause(200)
      await activate(world, pool, { status: 'ACTIVE', region: home })
    }
    await configureOther(world, pool)
    for (const own of ['app', 'passkey'] as const) await createOwner(world, pool, own)
  }
}

/** Load and faults together, for a time that the seed chooses; returns the number of faults. */
async function disturb(world: World, chance: Chance, set: FaultSet): Promise<number> {
  const durationMs = chance.between(CYCLE_MS.from, CYCLE_MS.to)
  world.say(`${(durationMs / 1000).toFixed(0)} s of load and faults`)
  const untilMs = performance.now() + durationMs
  const held = new Set<string>()
  const broken = Array.from({ length: BREAKERS }, (_, at) =>
    breakThings({ world, chance: chance.fork(100 + at), set, untilMs, held }),
  )
  let isOver = false
  const load = Array.from({ length: ACTORS }, (_, at) => act(world, chance.fork(at), () => isOver))
  const counts = await Promise.all(broken)
  isOver = true
  await Promise.all(load)
  return counts.reduce((sum, count) => sum + count, 0)
}

async function act(world: World, chance: Chance, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const operation = chance.weighted(OPERATIONS)
    await operation?.run(world, chance)
    await pause(chance.between(5, 60))
  }
}

/** One fault after another; each is repaired before the next of this breaker begins. */
async function breakThings(options: {
  world: World
  chance: Chance
  set: FaultSet
  untilMs: number
  held: Set<string>
}): Promise<number> {
  const { world, chance, set, untilMs, held } = options
  let count = 0
  await pause(chance.between(500, 2500))
  while (performance.now() < untilMs) {
    const fault = chance.weighted(faultsOf(set))
    const region = chance.pick(world.stack.regions)?.name ?? ''
    const holdMs = chance.between(100, 3500)
    const own = chance.fork(count)
    const parts = fault?.parts(world, region)
    if (fault !== undefined && parts !== undefined && !parts.some((part) => held.has(part))) {
      for (const part of parts) held.add(part)
      await inject(world, fault, { region, holdMs, chance: own })
      for (const part of parts) held.delete(part)
      count += 1
    }
    await pause(chance.between(200, 1500))
  }
  return count
}

async function inject(
  world: World,
  fault: Fault,
  how: { region: string; holdMs: number; chance: Chance },
): Promise<void> {
  const { region, holdMs, chance } = how
  world.say(`${region}: ${fault.name}, ${holdMs} ms`)
  const hold = async () => {
    await pause(holdMs)
  }
  await fault.run({ world, region, chance, hold })
  world.say(`${region}: ${fault.name}, over`)
}

/** Quiet and the comparison; false when the Regions did not come to rest. */
async function rest(world: World): Promise<boolean> {
  for (const node of [...world.stack.regions.map((region) => region.node), world.stack.edge]) {
    for (const how of node.unexpectedEnds) {
      const detail = `${node.name} ended: ${how}`
      world.violate('a process that nobody killed lives', undefined, detail)
    }
    if (node.unexpectedEnds.length > 0) return false
  }
  if (!(await waitForRest(world))) return false
  await compare(world)
  world.record.becameEqual()
  const { done, refused, failed, unknown } = world.calls.counts
  world.say(`compared; calls: ${done} done, ${refused} refused, ${failed + unknown} not answered`)
  return world.violations.length === 0
}
