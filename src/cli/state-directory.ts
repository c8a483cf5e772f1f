// The state directory of a stack: what is in it, which version wrote it, and the secrets that are
// made at the first start and kept from then on. Nothing is ever deleted from a directory that does
// not carry our version file.
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { removePlacedCluster } from '#adapters/postgres-embedded/cluster-paths.js'
import { systemRandom } from '#adapters/system/random.js'
import { ALPHANUMERIC } from '#base/random.js'
import { environmentRootAccessKey } from '#config/config.js'
import { parseCredentials, type RootAccessKey } from '#config/secrets.js'
import { keepOwner, SECRET_MODE, writeSecret } from './durable-file.js'
import { CommandError, isCode } from './failure.js'

/** Raised when a directory of the version before cannot be used as it is. */
export const STATE_VERSION = 1

const LOG_BYTES_MAX = 16 * 1024 ** 2
/** Searchable by all, so that the database's user gets to its own directory; readable by none. */
const DIRECTORY_MODE = 0o711
const KEY_ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Makes the directory, or makes sure that it is one of ours and of this version. */
export async function openStateDirectory(
  directory: string,
  options: { isReset: boolean },
): Promise<void> {
  try {
    await makeDirectories(directory)
    const entries = await readdir(directory)
    const isBegun = entries.length === 1 && (await isEmpty(join(directory, 'version')))
    if (entries.length === 0 || isBegun) {
      await writeFile(join(directory, 'version'), `${STATE_VERSION}\n`)
      return
    }
  } catch (cause) {
    throw new CommandError(`The state directory ${directory} cannot be used: ${reasonOf(cause)}.`)
  }
  const version = await readIfThere(join(directory, 'version'))
  if (version === undefined) {
    throw new CommandError(
      `The directory ${directory} was not made by twinpool; choose another with --state-dir.`,
    )
  }
  if (version.trim() !== String(STATE_VERSION) && !options.isReset) {
    throw new CommandError(
      `The state directory ${directory} has version ${version.trim()} and this program needs ` +
        `version ${STATE_VERSION}; use the program that made it, or start anew with --reset.`,
    )
  }
  await access(join(directory, 'version'))
}

/**
 * Makes a directory and those above it that are missing, one by one: where nothing can be made,
 * as in /proc, Node's own `recursive` tries for ever.
 */
async function makeDirectories(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined)
  if (found?.isDirectory() === true) return
  const parent = dirname(directory)
  if (found === undefined && parent !== directory) await makeDirectories(parent)
  try {
    await mkdir(directory, { mode: DIRECTORY_MODE })
  } catch (error) {
    const isThere = isCode(error, 'EEXIST') && (await stat(directory)).isDirectory()
    if (!isThere) throw error
  }
}

/** A version file without a version: its writer was killed between making and filling it. */
async function isEmpty(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  return found?.isFile() === true && found.size === 0
}

async function access(file: string): Promise<void> {
  const owner = (await stat(file)).uid
  const self = process.getuid?.() ?? owner
  if (self !== 0 && self !== owner) {
    throw new CommandError(`The state directory ${dirname(file)} belongs to another user.`)
  }
}

/** Empties a directory of ours, except for the control socket that its supervisor already holds. */
export async function resetStateDirectory(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name === 'control.sock') continue
    await removePlacedCluster(join(directory, name))
    await rm(join(directory, name), { recursive: true, force: true })
  }
  await writeFile(join(directory, 'version'), `${STATE_VERSION}\n`)
}

/** The root access key: from the environment, from the file, or made now. */
export async function ensureRootAccessKey(file: string): Promise<RootAccessKey> {
  const found = parseCredentials((await readIfThere(file)) ?? '')
  const given = environmentRootAccessKey()
  const key = given ?? found ?? newAccessKey()
  if (key.accessKeyId !== found?.accessKeyId || key.secretAccessKey !== found.secretAccessKey) {
    await writeAccessKey(file, key)
  }
  return key
}

/** The access key of the edge, made at the first start. */
export async function ensureEdgeAccessKey(file: string): Promise<void> {
  const found = parseCredentials((await readIfThere(file)) ?? '')
  if (found === undefined) await writeAccessKey(file, newAccessKey())
}

async function writeAccessKey(file: string, key: RootAccessKey): Promise<void> {
  const lines = [
    '[default]',
    `aws_access_key_id = ${key.accessKeyId}`,
    `aws_secret_access_key = ${key.secretAccessKey}`,
  ]
  await writeSecret(file, `${lines.join('\n')}\n`)
}

function newAccessKey(): RootAccessKey {
  return {
    accessKeyId: `AKIA${systemRandom.text(16, KEY_ID_ALPHABET)}`,
    secretAccessKey: systemRandom.text(40, ALPHANUMERIC),
  }
}

/** The key that all Regions of the stack share, made at the first start. */
export async function ensureServiceKey(file: string): Promise<void> {
  const found = await readFile(file).catch(() => undefined)
  if (found === undefined) await writeSecret(file, systemRandom.bytes(32))
}

/** Whether the directory has a service key, and so, most likely, data under it. */
export async function hasServiceKey(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined
}

/** The password of a Region's embedded database. */
export async function ensureDatabasePassword(regionDirectory: string): Promise<string> {
  const file = join(regionDirectory, 'database-password')
  const found = await readIfThere(file)
  if (found !== undefined) return found.trim()
  const password = systemRandom.text(32, ALPHANUMERIC)
  await writeSecret(file, `${password}\n`)
  return password
}

/** Makes a directory of the stack. */
export async function makeDirectory(directory: string): Promise<void> {
  const made = await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE })
  if (made !== undefined) await keepOwner(directory)
}

/** Makes a log file ready to be added to, with one old file beside it when it has grown long. */
export async function prepareLog(logFile: string): Promise<void> {
  const found = await stat(logFile).catch(() => undefined)
  if (found !== undefined && found.size > LOG_BYTES_MAX) await rename(logFile, `${logFile}.1`)
  await appendFile(logFile, '', { mode: SECRET_MODE })
  await keepOwner(logFile)
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined
    throw new CommandError(`${file} cannot be read: ${reasonOf(error)}.`)
  }
}

function reasonOf(error: unknown): string {
  if (isCode(error, 'ENOENT')) return 'no directory can be made there'
  if (isCode(error, 'EROFS')) return 'the file system is read-only'
  if (isCode(error, 'ENOSPC')) return 'no space is left on the disk'
  if (isCode(error, 'EACCES') || isCode(error, 'EPERM')) return 'permission denied'
  if (isCode(error, 'ENOTDIR') || isCode(error, 'EEXIST')) return 'it is not a directory'
  return error instanceof Error ? error.message : String(error)
}
