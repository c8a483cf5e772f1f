// Starts `twinpool` as a process of its own, as a person does, and reads what it prints.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { waitFor } from './wait.js'

const PROGRAM = fileURLToPath(new URL('../../../bin/twinpool.js', import.meta.url))
const READY_MS = 120_000
const NOBODY = 65_534

export const isRoot = process.getuid?.() === 0

export interface StackLine {
  readonly regions: Readonly<
    Record<
      string,
      { endpoint: string; metrics: string | null; pid: number; databasePid: number } | undefined
    >
  >
  readonly edge: string
  readonly edgeMetrics: string | null
  readonly credentialsFile: string
}

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that ends by itself. */
export function twinpool(args: readonly string[], variables: Record<string, string> = {}): Outcome {
  const done = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...variables },
  })
  return { code: done.status, stdout: done.stdout, stderr: done.stderr }
}

/** The same, for a test whose own server the command calls. */
export function twinpoolAsync(
  args: readonly string[],
  variables: Record<string, string> = {},
): Promise<Outcome> {
  return startAndCollect(process.execPath, [PROGRAM, ...args], { variables }).ended
}

/** Starts a program and gathers what it prints. */
export function startAndCollect(
  file: string,
  args: readonly string[],
  options: { readonly variables: Record<string, string>; readonly cwd?: string },
): { readonly child: ChildProcess; output(): string; readonly ended: Promise<Outcome> } {
  const { variables, cwd } = options
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const ended = new Promise<Outcome>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, output: () => stdout + stderr, ended }
}

/** A command that goes on until it is ended. */
export function startProgram(
  args: readonly string[],
  variables: Record<string, string>,
): { output(): string; end(signal: NodeJS.Signals): Promise<Outcome> } {
  const { child, output, ended } = startAndCollect(process.execPath, [PROGRAM, ...args], {
    variables,
  })
  return {
    output,
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
}

/** Asserts that a command failed with exit code 1 and one sentence that matches. */
export function assertRefused(outcome: Outcome, sentence: RegExp): void {
  assert.equal(outcome.code, 1, outcome.stderr)
  assert.equal(outcome.stdout, '')
  assert.match(outcome.stderr, sentence)
  assert.equal(outcome.stderr.trim().split('\n').length, 1, outcome.stderr)
}

/** A directory that other users may enter, as directories mostly are. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'twinpool-cli-'))
  chmodSync(directory, 0o755)
  return directory
}

export function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}

/** Holds a port until the returned function is called. */
export function holdPort(port: number): Promise<() => Promise<void>> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      resolve(() => new Promise((done) => server.close(() => done())))
    })
  })
}

/** A running `twinpool up --json`. */
export class Up {
  readonly #child: ChildProcess
  readonly #ended: Promise<Outcome>
  stdout = ''
  stderr = ''

  constructor(
    args: readonly string[],
    options: { asNobody?: boolean; variables?: Record<string, string> } = {},
  ) {
    this.#child = spawn(process.execPath, [PROGRAM, 'up', '--json', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.variables },
      ...(options.asNobody ? { uid: NOBODY, gid: NOBODY, cwd: '/' } : {}),
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk
    })
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        resolve({ code, stdout: this.stdout, stderr: this.stderr })
      })
    })
  }

  /** The line that it prints when ready. */
  async ready(): Promise<StackLine> {
    let isOver = false
    void this.#ended.then(() => {
      isOver = true
    })
    await waitFor(() => this.stdout.includes('\n') || isOver, {
      what: 'the stack to be ready',
      timeoutMs: READY_MS,
    })
    assert.ok(this.stdout.includes('\n'), `not ready: ${this.stderr}`)
    return JSON.parse(this.stdout) as StackLine
  }

  /** Waits until standard error has `pattern`. */
  async says(pattern: RegExp): Promise<void> {
    await waitFor(() => pattern.test(this.stderr), { what: `${pattern} in ${this.stderr}` })
  }

  /** Ends it in the moment in which standard error has `pattern`, before it gets any further. */
  async endAt(pattern: RegExp, signal: NodeJS.Signals): Promise<Outcome> {
    const look = () => {
      if (!pattern.test(this.stderr)) return
      this.#child.stderr?.off('data', look)
      this.#child.kill(signal)
    }
    this.#child.stderr?.on('data', look)
    return this.#ended
  }

  isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** How it ended by itself. */
  outcome(): Promise<Outcome> {
    return this.#ended
  }

  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<Outcome> {
    this.#child.kill(signal)
    return this.#ended
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The processes whose command line names `text`. */
export function processesWith(text: string): string[] {
  const listed = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).stdout
  return listed.split('\n').filter((line) => line.includes(text))
}
