// Where an embedded cluster and its binaries stand. Root often works in a directory that no other
// user may enter (`/root`, a home of mode 0700), and PostgreSQL then runs as a user that cannot
// reach the cluster. Widening the modes of a user's home is not ours to do, so there the cluster
// stands under `/var/lib/twinpool` and the state directory holds a link to it.
import { createHash } from 'node:crypto'
import {
  cp,
  lchown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './error.js'
import { findPostmaster } from './process.js'
import { canEnter, isRoot, type SystemUser } from './system-user.js'

const REACHABLE_ROOT = '/var/lib/twinpool'
/** The file that says for which directory a cluster stands under `REACHABLE_ROOT`. */
const ORIGIN = 'origin'

/** Where one Region's cluster stands. */
export interface ClusterPaths {
  /** The data directory, a path that the database's user can enter. */
  readonly dataDirectory: string
  /** The file with the passwords of other Regions' databases. */
  readonly passwordFile: string
}

/**
 * The user to run the cluster of `regionDirectory` as: the owner of the one that is there, so that
 * root can serve what an ordinary user made, or else `fallback`.
 */
export async function ownerOfCluster(
  regionDirectory: string,
  fallback: SystemUser | undefined,
): Promise<SystemUser | undefined> {
  const found = await stat(join(regionDirectory, 'postgres')).catch(() => undefined)
  if (!isRoot() || found === undefined || found.uid === 0) return fallback
  return { uid: found.uid, gid: found.gid }
}

/** Chooses the place of the cluster of `regionDirectory`, and makes the directories above it. */
export async function placeCluster(
  regionDirectory: string,
  user: SystemUser | undefined,
): Promise<ClusterPaths> {
  await mkdir(regionDirectory, { recursive: true })
  const own = await realpath(regionDirectory)
  if (user === undefined || (await canEnter(user, own))) return pathsIn(own)
  const home = join(REACHABLE_ROOT, nameFor(own))
  await removeAbandoned()
  await makeReachable(home, user)
  await writeFile(join(home, ORIGIN), `${own}\n`)
  await link({ from: join(own, 'postgres'), to: join(home, 'postgres') })
  return pathsIn(home)
}

/**
 * Removes clusters here whose state directory stood in the temporary directory and is gone: whoever
 * deletes a temporary directory thinks that he has deleted it all. Others are kept, since a
 * directory that is not there may be a disk that is not mounted.
 */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(REACHABLE_ROOT).catch(() => [])) {
    const home = join(REACHABLE_ROOT, name)
    const origin = (await readFile(join(home, ORIGIN), 'utf8').catch(() => '')).trim()
    if (!origin.startsWith(`${tmpdir()}/`)) continue
    const isThere = await lstat(origin).catch(() => undefined)
    const isServed = (await findPostmaster(join(home, 'postgres'))) !== undefined
    if (isThere === undefined && !isServed) await rm(home, { recursive: true, force: true })
  }
}

/** A cluster outside of its state directory, and the directory of a Region that it was for. */
export interface AbandonedCluster {
  readonly home: string
  readonly origin: string
}

/** The clusters here whose state directory is gone; `removeAbandoned` says why they are kept. */
export async function findAbandonedClusters(): Promise<readonly AbandonedCluster[]> {
  const found: AbandonedCluster[] = []
  for (const name of await readdir(REACHABLE_ROOT).catch(() => [])) {
    const home = join(REACHABLE_ROOT, name)
    const origin = (await readFile(join(home, ORIGIN), 'utf8').catch(() => '')).trim()
    if (origin === '' || (await lstat(origin).catch(() => undefined)) !== undefined) continue
    found.push({ home, origin })
  }
  return found
}

/** Removes what `placeCluster` put outside of `regionDirectory`. */
export async function removePlacedCluster(regionDirectory: string): Promise<void> {
  const target = await readlink(join(regionDirectory, 'postgres')).catch(() => undefined)
  if (target === undefined || !target.startsWith(`${REACHABLE_ROOT}/`)) return
  await rm(dirname(target), { recursive: true, force: true })
}

/** A directory with the same content as `source` that `user` can enter: itself or a copy. */
export async function placeBinaries(
  source: string,
  options: { version: string; user: SystemUser | undefined },
): Promise<string> {
  const { version, user } = options
  const own = await realpath(source)
  if (user === undefined || (await canEnter(user, own))) return own
  const target = join(REACHABLE_ROOT, `postgresql-${version}`)
  const isThere = await lstat(target).catch(() => undefined)
  if (isThere !== undefined) return target
  await makeReachable(REACHABLE_ROOT, user)
  // The name of a copy under way has the process in it, and the rename is the moment of truth, so
  // two processes that copy at once do not disturb each other and half a copy is never used.
  const partial = `${target}.${process.pid}`
  await cp(own, partial, { recursive: true, verbatimSymlinks: true })
  await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }))
  return target
}

function pathsIn(home: string): ClusterPaths {
  return { dataDirectory: join(home, 'postgres'), passwordFile: join(home, 'passfile') }
}

function nameFor(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 24)
}

async function makeReachable(directory: string, user: SystemUser): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o755 })
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The user postgres cannot enter the state directory, and ${directory} cannot be made ` +
        'instead; choose another directory with --state-dir.',
      { cause },
    )
  }
  if (!(await canEnter(user, directory))) {
    throw new EmbeddedPostgresError(
      `The user postgres can enter neither the state directory nor ${directory}; choose another ` +
        'directory with --state-dir.',
    )
  }
}

async function link(ends: { from: string; to: string }): Promise<void> {
  const current = await readlink(ends.from).catch(() => undefined)
  if (current === ends.to) return
  const found = await lstat(ends.from).catch(() => undefined)
  if (found !== undefined && current === undefined) {
    throw new EmbeddedPostgresError(
      `The user postgres cannot enter ${ends.from}; move the state directory to a place that ` +
        'other users may enter.',
    )
  }
  await rm(ends.from, { force: true })
  await symlink(ends.to, ends.from)
}

/**
 * Makes the database's user the owner of `path`; without one, the file already has the right owner.
 */
export async function giveTo(user: SystemUser | undefined, path: string): Promise<void> {
  if (user !== undefined) await lchown(path, user.uid, user.gid)
}
