// Files of the state directory that must be whole whatever happens: a reader sees the old or the
// new content, also after a power cut, and two writers of one file never share a temporary one.
import { lchown, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isRoot } from '#adapters/postgres-embedded/system-user.js'
import { systemRandom } from '#adapters/system/random.js'

export const SECRET_MODE = 0o600
const PARTIAL = /\.partial-[0-9a-f]{16}$/

/** Writes a file that only its owner may read. */
export async function writeSecret(file: string, content: string | Uint8Array): Promise<void> {
  const suffix = Buffer.from(systemRandom.bytes(8)).toString('hex')
  const partial = join(dirname(file), `${basename(file)}.partial-${suffix}`)
  try {
    const handle = await open(partial, 'wx', SECRET_MODE)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await keepOwner(partial)
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw error
  }
  await syncDirectory(dirname(file))
}

/** Makes a rename in `directory` durable; where a directory cannot be opened, there is no need. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined)
  try {
    await handle?.sync().catch(() => undefined)
  } finally {
    await handle?.close()
  }
}

/** Removes what writers that were killed have left in `directory`. */
export async function removePartials(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  const left = names.filter((name) => PARTIAL.test(name))
  await Promise.all(left.map((name) => rm(join(directory, name), { force: true })))
}

/**
 * Makes the owner of the directory the owner of what root made in it: a user who runs the stack as
 * root once must be able to run it without root afterwards.
 */
export async function keepOwner(path: string): Promise<void> {
  if (!isRoot()) return
  const { uid, gid } = await stat(dirname(path))
  await lchown(path, uid, gid)
}
