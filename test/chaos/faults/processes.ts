// Processes that die or hang: nodes, databases, both at once, the edge.
import { readFileSync } from 'node:fs'
import type { StackRegion } from '#test/support/stack.js'
import { waitFor } from '#test/support/wait.js'
import type { World } from '../world.js'
import { type Fault, of } from './fault.js'

/** The processes below a postmaster, by what Linux says of it. */
export function backendsOf(postmaster: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
    return text.trim().split(/\s+/).filter(Boolean).map(Number)
  } catch {
    return []
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Kills the postmaster and its backends, as when the machine goes down. */
export async function killServer({ cluster }: StackRegion): Promise<void> {
  const backends = backendsOf(cluster.pid)
  await cluster.kill()
  for (const pid of backends) signal(pid, 'SIGKILL')
}

/**
 * Starts the node with the clock that the Region has now. As a service manager does, it starts it
 * again for as long as another fault keeps its database away.
 */
export async function startNode(
  world: World,
  { node }: StackRegion,
  environment?: Readonly<Record<string, string>>,
): Promise<void> {
  const start = async () => {
    try {
      await node.start(environment)
    } catch (error) {
      const { message } = error as Error
      // Away, or not through with its recovery yet (57P03).
      if (/the database (?:cannot be reached|refused with SQLSTATE 57P03)/.test(message))
        return false
      world.violate('a process that nobody killed lives', undefined, `${node.name}: ${message}`)
    }
    return true
  }
  await waitFor(start, { what: `${node.name} to start`, timeoutMs: 60_000, intervalMs: 300 })
}

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 the node',
    weight: 4,
    parts: of('node'),
    async run({ world, region, hold }) {
      const { node } = world.stack.region(region)
      await node.kill()
      await hold()
      await startNode(world, world.stack.region(region))
    },
  },
  {
    name: 'suspend the node',
    weight: 2,
    parts: of('node'),
    async run({ world, region, hold }) {
      const { node } = world.stack.region(region)
      node.signal('SIGSTOP')
      await hold()
      node.signal('SIGCONT')
    },
  },
  {
    name: 'kill -9 the database',
    weight: 3,
    parts: of('database'),
    async run({ world, region, hold }) {
      const { cluster } = world.stack.region(region)
      await cluster.kill()
      await hold()
      await cluster.start()
    },
  },
  {
    name: 'kill -9 a backend of the database',
    weight: 2,
    parts: of('database'),
    async run({ world, region, chance, hold }) {
      const pid = chance.pick(backendsOf(world.stack.region(region).cluster.pid))
      if (pid !== undefined) signal(pid, 'SIGKILL')
      await hold()
    },
  },
  {
    name: 'suspend the database',
    weight: 2,
    parts: of('database'),
    async run({ world, region, hold }) {
      const { cluster } = world.stack.region(region)
      const pids = [cluster.pid, ...backendsOf(cluster.pid)]
      for (const pid of pids) signal(pid, 'SIGSTOP')
      await hold()
      for (const pid of pids) signal(pid, 'SIGCONT')
    },
  },
  {
    name: 'kill -9 node and database at once',
    weight: 4,
    parts: of('node', 'database'),
    async run({ world, region, hold }) {
      const place = world.stack.region(region)
      await Promise.all([place.node.kill(), killServer(place)])
      await hold()
      await place.cluster.start()
      await startNode(world, place)
    },
  },
  {
    name: 'stop node and database in order',
    weight: 1,
    parts: of('node', 'database'),
    async run({ world, region, hold }) {
      const place = world.stack.region(region)
      await place.node.stop()
      await place.cluster.stop()
      await hold()
      await place.cluster.start()
      await startNode(world, place)
    },
  },
  {
    name: 'kill -9 the edge',
    weight: 1,
    parts: () => ['the edge'],
    async run({ world, hold }) {
      await world.stack.edge.kill()
      await hold()
      await world.stack.edge.start()
    },
  },
]

export const CLOCK_FAULTS: readonly Fault[] = [
  {
    name: 'set the clock of the node off',
    weight: 1.5,
    parts: of('node'),
    async run({ world, region, chance }) {
      const place = world.stack.region(region)
      const offsetMs = chance.between(-30_000, 30_000)
      world.say(`${region}: its clock is off by ${offsetMs} ms`)
      world.setOffset(region, offsetMs)
      await place.node.kill()
      await startNode(world, place, { TWINPOOL_TEST_ONLY_CLOCK_OFFSET_MS: String(offsetMs) })
    },
  },
]
