// The system user that an embedded PostgreSQL runs as. PostgreSQL refuses to run as root, and
// containers mostly run as root, so there it runs as the system user `postgres`, which is made when
// it is missing. An ordinary user runs it as himself. What must stay true: nothing outside the
// cluster's own directories changes owner or mode.
import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from './error.js'

export interface SystemUser {
  readonly uid: number
  readonly gid: number
}

const USER_NAME = 'postgres'
const run = promisify(execFile)

/** Whether this process is root, which may start processes as another user. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The user to run PostgreSQL as, or `undefined` when it runs as the user of this process. */
export async function postgresUser(): Promise<SystemUser | undefined> {
  if (!isRoot()) return undefined
  const known = await findUser()
  if (known !== undefined) return known
  await createUser()
  const created = await findUser()
  if (created !== undefined) return created
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and the system user postgres is missing and could not be ' +
      'made; create it with "useradd --system postgres", or run twinpool as an ordinary user.',
  )
}

async function findUser(): Promise<SystemUser | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (name === USER_NAME && uid !== undefined && gid !== undefined) {
      return { uid: Number(uid), gid: Number(gid) }
    }
  }
  try {
    const uid = Number((await run('id', ['-u', USER_NAME])).stdout)
    const gid = Number((await run('id', ['-g', USER_NAME])).stdout)
    return { uid, gid }
  } catch {
    return undefined
  }
}

/** Debian and Red Hat have `useradd`, Alpine has BusyBox's `addgroup` and `adduser`. */
async function createUser(): Promise<void> {
  const shell = '/sbin/nologin'
  try {
    const flags = ['--system', '--user-group', '--no-create-home', '--shell', shell]
    await run('useradd', [...flags, USER_NAME])
  } catch {
    await run('addgroup', ['-S', USER_NAME]).catch(() => undefined)
    const flags = ['-S', '-D', '-H', '-s', shell, '-G', USER_NAME]
    await run('adduser', [...flags, USER_NAME]).catch(() => undefined)
  }
}

const MAY_SEARCH = 0o1

/**
 * Whether `user` may enter `directory`: it and every directory above it must be searchable by
 * that user. A directory that does not exist yet counts as the one above it.
 */
export async function canEnter(user: SystemUser, directory: string): Promise<boolean> {
  const parent = dirname(directory)
  if (parent !== directory && !(await canEnter(user, parent))) return false
  const status = await stat(directory).catch(() => undefined)
  if (status === undefined) return true
  const shift = status.uid === user.uid ? 6 : status.gid === user.gid ? 3 : 0
  return ((status.mode >> shift) & MAY_SEARCH) !== 0
}
