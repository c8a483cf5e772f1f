// What a start or a supervisor that was killed has left behind for its state directory, ended
// before the next one starts: nodes and edge, which are ending by themselves, PostgreSQL servers,
// and the making of a cluster. They are recognised by what they run and where, whether or not their
// process IDs were recorded.
import { readdir, readlink, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findPostmaster, stopPostmaster } from '#adapters/postgres-embedded/process.js'
import {
  listProcesses,
  type SeenProcess,
  signalSeen,
  waitUntilEnded,
} from '#adapters/postgres-embedded/process-table.js'
import { removePartials } from './durable-file.js'

const END_BY_ITSELF_MS = 9000
const BACKEND_END_MS = 2000
const KILLED_MS = 3000

/** Ends the processes and removes the half-written files of earlier runs. */
export async function stopOrphans(stateDirectory: string): Promise<void> {
  const homes = await homesOf(stateDirectory)
  const found = (await listProcesses()).map((seen) => ({ seen, kind: kindOf(seen, homes) }))
  const of = (kind: Kind) => found.filter((each) => each.kind === kind).map(({ seen }) => seen)
  await Promise.all([
    ...of('serving').map((seen) => endWithin(seen, END_BY_ITSELF_MS)),
    ...of('initdb').map((seen) => endWithin(seen, 0)),
  ])
  await stopDatabases(homes)
  // What a postmaster that was killed has left notices and ends; a new one would wait for it.
  await Promise.all(of('backend').map((seen) => endWithin(seen, BACKEND_END_MS)))
  await Promise.all(homes.map(removePartials))
}

/** The state directory, its Regions, and where clusters stand that cannot stand in there. */
async function homesOf(stateDirectory: string): Promise<readonly string[]> {
  const homes = new Set([stateDirectory, await realpath(stateDirectory)])
  for (const entry of await readdir(stateDirectory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    for (const home of [...homes]) homes.add(join(home, entry.name))
    const link = join(stateDirectory, entry.name, 'postgres')
    const target = await readlink(link).catch(() => undefined)
    if (target !== undefined) homes.add(dirname(target))
  }
  return [...homes]
}

type Kind = 'serving' | 'initdb' | 'backend' | 'other'

/** `backend` is any process of a PostgreSQL server; when it matters, no postmaster is left. */
function kindOf({ command, directory }: SeenProcess, homes: readonly string[]): Kind {
  if (command.includes(' --supervised')) {
    return homes.some((home) => command.includes(`${home}/config.json`)) ? 'serving' : 'other'
  }
  const isOurs = homes.some((home) => {
    const cluster = `${home}/postgres`
    return command.includes(cluster) || directory === home || directory?.startsWith(cluster)
  })
  if (!isOurs) return 'other'
  if (/^\S*\binitdb\b/.test(command)) return 'initdb'
  if (!/^\S*\bpostgres\b/.test(command)) return 'other'
  // The servers that `initdb` starts for a moment do not name a directory, but stand in it.
  return /^\S+ --(?:boot|single|check)\b/.test(command) ? 'initdb' : 'backend'
}

async function endWithin(seen: SeenProcess, timeoutMs: number): Promise<void> {
  if (timeoutMs > 0 && (await waitUntilEnded(seen, timeoutMs))) return
  if (await signalSeen(seen, 'SIGKILL')) await waitUntilEnded(seen, KILLED_MS)
}

async function stopDatabases(homes: readonly string[]): Promise<void> {
  const stopped = homes.map(async (home) => {
    const pid = await findPostmaster(join(home, 'postgres'))
    if (pid !== undefined) await stopPostmaster(pid)
  })
  await Promise.all(stopped)
}
