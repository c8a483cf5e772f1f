// Databases that go back in time: a copy of a cluster's files, cold or while it runs, and its
// return in place of what the cluster became since.
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { postgresUser } from '#adapters/postgres-embedded/system-user.js'
import { required } from '#base/assert.js'
import type { TestCluster } from './cluster.js'

export interface SavedCluster {
  /**
   * Kills the cluster, puts the saved files in the place of its own and starts it. As a recovery
   * that ends on a new timeline if wanted, like the promotion of a standby.
   */
  restore(options?: { readonly asRecovery?: boolean }): Promise<void>
  remove(): void
}

/** Stops the cluster, saves its files, slots and all, and starts it again. */
export async function saveCold(cluster: TestCluster): Promise<SavedCluster> {
  await cluster.stop()
  const saved = savedFrom(cluster)
  await cluster.start()
  return saved
}

/** Saves the files of the running cluster as a base backup does, which leaves slots out. */
export async function saveBase(cluster: TestCluster): Promise<SavedCluster> {
  const sql = postgres(cluster.urlOf('postgres'), { max: 1, onnotice: () => undefined })
  try {
    await sql`select pg_backup_start('test', true)`
    const saved = savedFrom(cluster)
    const [end] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`
    // The log up to the end of the backup belongs to it.
    copyFiles(join(cluster.dataDirectory, 'pg_wal'), join(saved.files, 'pg_wal'))
    for (const slot of readdirSync(join(saved.files, 'pg_replslot'))) {
      rmSync(join(saved.files, 'pg_replslot', slot), { recursive: true })
    }
    writeFileSync(join(saved.files, 'backup_label'), required(end, 'backup').labelfile)
    return saved
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function savedFrom(cluster: TestCluster): SavedCluster & { readonly files: string } {
  const folder = mkdtempSync(join(tmpdir(), 'twinpool-saved-'))
  const files = join(folder, 'data')
  copyFiles(cluster.dataDirectory, files)
  rmSync(join(files, 'postmaster.pid'), { force: true })
  return {
    files,
    async restore({ asRecovery = false } = {}) {
      await cluster.kill()
      rmSync(cluster.dataDirectory, { recursive: true })
      cpSync(files, cluster.dataDirectory, { recursive: true, preserveTimestamps: true })
      if (asRecovery) {
        writeFileSync(join(cluster.dataDirectory, 'recovery.signal'), '')
        writeFileSync(
          join(cluster.dataDirectory, 'postgresql.auto.conf'),
          "restore_command = 'false'\n",
          { flag: 'a' },
        )
      }
      await giveToServer(cluster.dataDirectory)
      await cluster.start()
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const COPY_TRIES = 20

/** Copies files of a server that may be running: one that is removed meanwhile is no fault. */
function copyFiles(from: string, to: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      cpSync(from, to, { recursive: true, force: true, preserveTimestamps: true })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === COPY_TRIES) throw error
    }
  }
}

/** Files that this process copied are the server's user's again. */
async function giveToServer(folder: string): Promise<void> {
  const user = await postgresUser()
  if (user === undefined) return
  await chown(folder, user.uid, user.gid)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    await chown(join(entry.parentPath, entry.name), user.uid, user.gid)
  }
}
