// The control socket of a running stack: `twinpool region` talks to `twinpool up` through it, and
// holding it is what makes one supervisor the only one of its state directory. It is a UNIX socket
// that only its owner may open; one request and one response, each a line of JSON. The commands
// `twinpool region stop|start`, which use it, are here, too.
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve as resolvePath } from 'node:path'
import { isObject } from '#base/json.js'
import { CommandError, isCode, sentenceOf } from './failure.js'

export interface ControlRequest {
  readonly command: 'describe' | 'region-stop' | 'region-start'
  readonly region?: string
  readonly isKill?: boolean
}

export type ControlResponse =
  | { readonly isDone: true; readonly result: unknown }
  | { readonly isDone: false; readonly message: string }

/** The longest path a UNIX socket may have on the systems we run on is 103 bytes. */
const SOCKET_PATH_MAX = 100

function socketPath(stateDirectory: string): string {
  const own = join(stateDirectory, 'control.sock')
  if (Buffer.byteLength(own) <= SOCKET_PATH_MAX) return own
  const uid = process.getuid?.() ?? 0
  const directory = join(tmpdir(), `twinpool-${uid}`)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (statSync(directory).uid !== uid) {
    throw new CommandError(`${directory} belongs to another user; use a shorter --state-dir.`)
  }
  const name = createHash('sha256').update(stateDirectory).digest('hex').slice(0, 16)
  return join(directory, `${name}.sock`)
}

/** Whether a supervisor of `stateDirectory` is running. */
export async function isStackRunning(stateDirectory: string): Promise<boolean> {
  return (await trySend(socketPath(stateDirectory), { command: 'describe' })) !== undefined
}

/** Listens for commands, or fails when another supervisor already does. */
export async function listenForControl(
  stateDirectory: string,
  respond: (request: ControlRequest) => Promise<unknown>,
): Promise<Server> {
  if (await isStackRunning(stateDirectory)) {
    throw new CommandError(
      `A stack is already running in ${stateDirectory}; stop it, or choose another --state-dir.`,
    )
  }
  const path = socketPath(stateDirectory)
  rmSync(path, { force: true })
  const server = createServer((socket) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('error', () => undefined)
    socket.on('data', (chunk: string) => {
      text += chunk
      if (!text.includes('\n')) return
      socket.pause()
      void respondTo(text, respond).then((line) => socket.end(`${line}\n`))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => resolve())
  })
  // A caller that cannot be accepted, for want of descriptors, is none; the stack goes on.
  server.on('error', () => undefined)
  chmodSync(path, 0o600)
  return server
}

async function respondTo(
  text: string,
  respond: (request: ControlRequest) => Promise<unknown>,
): Promise<string> {
  let outcome: ControlResponse
  try {
    outcome = { isDone: true, result: await respond(JSON.parse(text) as ControlRequest) }
  } catch (error) {
    outcome = { isDone: false, message: sentenceOf(error) }
  }
  return JSON.stringify(outcome)
}

/** Sends a command to the supervisor of `stateDirectory` and returns its result. */
async function sendControl(stateDirectory: string, request: ControlRequest): Promise<unknown> {
  const response = await trySend(socketPath(stateDirectory), request)
  if (response === undefined) {
    throw new CommandError(`No stack is running in ${stateDirectory}; start one with twinpool up.`)
  }
  if (!response.isDone) throw new CommandError(response.message)
  return response.result
}

function trySend(path: string, request: ControlRequest): Promise<ControlResponse | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let text = ''
    socket.setEncoding('utf8')
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`))
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.once('error', (error) => {
      if (isCode(error, 'ENOENT') || isCode(error, 'ECONNREFUSED')) resolve(undefined)
      else if (isCode(error, 'EACCES')) {
        reject(new CommandError('The running stack belongs to another user.'))
      } else reject(error)
    })
    socket.once('end', () => {
      const response: unknown = text === '' ? undefined : JSON.parse(text)
      if (isObject(response)) resolve(response as unknown as ControlResponse)
      else reject(new CommandError('The stack ended before it answered.'))
    })
  })
}

export interface RegionFlags {
  readonly stateDir: string
  readonly json: boolean
}

export async function runRegionStop(
  region: string,
  flags: RegionFlags & { readonly kill: boolean },
): Promise<void> {
  const result = await sendControl(resolvePath(flags.stateDir), {
    command: 'region-stop',
    region,
    isKill: flags.kill,
  })
  const { isAlreadyDown = false, ...pids } = result as { isAlreadyDown?: boolean }
  if (flags.json) console.log(JSON.stringify(pids))
  else if (isAlreadyDown) console.log(`${region} was down already.`)
  else console.log(`${region} ${flags.kill ? 'was killed' : 'is stopped'}.`)
}

export async function runRegionStart(region: string, flags: RegionFlags): Promise<void> {
  const result = await sendControl(resolvePath(flags.stateDir), { command: 'region-start', region })
  if (flags.json) console.log(JSON.stringify(result))
  else console.log(`${region} is running.`)
}
