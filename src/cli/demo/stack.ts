// The stack that the demo runs against: `twinpool up` in a temporary folder, on free ports, ended
// and removed whatever happens.
import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#adapters/system/clock.js'
import { type RootAccessKey, readCredentialsFile } from '#config/secrets.js'
import { CommandError } from '../failure.js'
import { findStackPort } from '../plan.js'

const PROGRAM = fileURLToPath(new URL('../../../../bin/twinpool.js', import.meta.url))
const STOP_TIMEOUT_MS = 20_000

export interface DemoStack {
  readonly regions: Readonly<
    Record<
      string,
      { readonly endpoint: string; readonly pid: number; readonly databasePid: number }
    >
  >
  readonly edge: string
  readonly credentials: RootAccessKey
  readonly startedInMs: number
  readonly stateDirectory: string
  /** Runs another command against the stack, such as `region stop`. */
  command(...args: readonly string[]): Promise<string>
  stop(): Promise<void>
}

/** Starts a stack; its ports begin where enough are free in a row. */
export async function startDemoStack(regions: readonly string[]): Promise<DemoStack> {
  const folder = await mkdtemp(join(tmpdir(), 'twinpool-demo-'))
  // The database's own system user must be able to enter it.
  await chmod(folder, 0o755)
  const stateDirectory = join(folder, 'state')
  const startedAtMs = performance.now()
  const port = String(await findStackPort(regions.length))
  const args = ['up', '--regions', regions.join(','), '--port', port]
  const child = spawn(
    process.execPath,
    [PROGRAM, ...args, '--state-dir', stateDirectory, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    const waiting = new AbortController()
    const isLate = await Promise.race([
      ended.then(() => false),
      systemClock.wait(STOP_TIMEOUT_MS, waiting.signal),
    ])
    waiting.abort()
    if (isLate) child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const line = await Promise.race([firstLine(child.stdout), ended.then(() => undefined)])
  if (line === undefined) {
    await stop()
    throw new CommandError('The stack of the demo did not start.')
  }
  const ready = JSON.parse(line) as Pick<DemoStack, 'regions' | 'edge'> & {
    credentialsFile: string
  }
  return {
    regions: ready.regions,
    edge: ready.edge,
    credentials: readCredentialsFile(ready.credentialsFile, 'default'),
    startedInMs: performance.now() - startedAtMs,
    stateDirectory,
    command: (...more) => runCommand([...more, '--state-dir', stateDirectory]),
    stop,
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) return line
  return undefined
}

function runCommand(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let complaint = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      complaint += chunk
    })
    child.once('exit', (code) => {
      if (code === 0) resolve(output)
      else reject(new CommandError(`twinpool ${args[0]} failed: ${complaint.trim()}`))
    })
  })
}
