// Runs one suite in a process of its own and says how it went. Whatever can go wrong with that
// process counts as a failure: that it dies, hangs, runs nothing, or leaves something behind.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { projectRoot } from '../../scripts/tree.js'
import { findLeftovers, type Leftover, RUN_MARK } from './leftovers.js'
import { parseRecords, type TestRecord } from './records.js'
import { choosesFiles, compiledPath, isCompiled, type Suite } from './suites.js'

export interface SuiteResult {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly durationMs: number
  /** Of its files. */
  readonly durations: readonly Duration[]
}

export type Duration = Extract<TestRecord, { readonly kind: 'duration' }>

export interface SuiteRunOptions {
  readonly grep: string | undefined
  readonly seed: number
  readonly timeoutMs: number
  /** Where the suite may put temporary files; the caller removes it. */
  readonly folder: string
  readonly allowedSkips: ReadonlySet<string>
  /** The folder of a package with another version of PostgreSQL than the project's. */
  readonly postgres?: string | undefined
  /** Whether the tests may write to our output. */
  readonly isQuiet?: boolean
  /** How long processes may take to end by themselves after their suite. */
  readonly graceMs?: number
  print(line: string): void
}

/** A watchdog gives its server 5 s, and then removes its files from a disk that is busy. */
const GRACE_MS = 20_000

type Ending = 'timeout' | { readonly code: number | null; readonly signal: string | null }

export async function runSuite(suite: Suite, options: SuiteRunOptions): Promise<SuiteResult> {
  const startedAtMs = performance.now()
  const runId = randomUUID()
  const folder = join(options.folder, suite.name.replace('/', '-'))
  mkdirSync(folder)
  chmodSync(folder, 0o1777)
  const recordFile = join(folder, 'records.jsonl')
  const missing = suite.files.filter((file) => !isCompiled(file))

  const ending = await runProcess(suite, options, { runId, folder, recordFile })
  const records = existsSync(recordFile) ? parseRecords(readFileSync(recordFile, 'utf8')) : []
  const leftovers = await endLeftovers(runId, options.graceMs ?? GRACE_MS)
  const complaints = [
    ...missing.map((file) => `${file} is not compiled`),
    ...complaintsAbout(suite, records, ending, options),
    ...leftovers.map(({ pid, command }) => `left process ${pid} running: ${command}`),
  ]
  for (const complaint of complaints) options.print(`FAILED ${suite.name}: ${complaint}`)
  const result = {
    name: suite.name,
    passed: records.filter((record) => record.kind === 'passed').length,
    failed: records.filter((record) => record.kind === 'failed').length + complaints.length,
    durationMs: performance.now() - startedAtMs,
    durations: records.filter((record) => record.kind === 'duration'),
  }
  const seconds = (result.durationMs / 1000).toFixed(1)
  options.print(`${suite.name}: ${result.passed} passed, ${result.failed} failed in ${seconds} s`)
  return result
}

/** What is wrong with a run besides its failed tests, each a failure of its own. */
export function complaintsAbout(
  suite: Pick<Suite, 'name'>,
  records: readonly TestRecord[],
  ending: Ending,
  options: Pick<SuiteRunOptions, 'timeoutMs' | 'allowedSkips' | 'grep'>,
): readonly string[] {
  const complaints: string[] = []
  for (const record of records) {
    if (record.kind !== 'skipped') continue
    const line = `${record.file}: ${record.name}`
    if (!options.allowedSkips.has(line)) complaints.push(`skipped without leave: ${line}`)
  }
  const hasFailed = records.some((record) => record.kind === 'failed')
  if (ending === 'timeout') {
    complaints.push(`did not end within ${Math.round(options.timeoutMs / 1000)} s, and was killed`)
  } else if (!records.some((record) => record.kind === 'end')) {
    complaints.push(`its process died early, ${ending.signal ?? `exit code ${ending.code}`}`)
  } else if (ending.code !== 0 && !hasFailed && complaints.length === 0) {
    complaints.push(`its process ended with ${ending.signal ?? `exit code ${ending.code}`}`)
  }
  const ran = records.some((record) => record.kind === 'passed' || record.kind === 'failed')
  if (!ran && complaints.length === 0 && options.grep === undefined) {
    complaints.push(`${suite.name} ran no test`)
  }
  return complaints
}

function runProcess(
  suite: Suite,
  options: SuiteRunOptions,
  { runId, folder, recordFile }: { runId: string; folder: string; recordFile: string },
): Promise<Ending> {
  const reporter = (name: string, to: string) => [
    `--test-reporter=${compiledPath(`test/runner/${name}.ts`)}`,
    `--test-reporter-destination=${to}`,
  ]
  const byName = options.grep !== undefined && !choosesFiles(suite, options.grep)
  const child = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      ...reporter('human-reporter', 'stdout'),
      ...reporter('record-reporter', recordFile),
      ...(byName ? [`--test-name-pattern=${options.grep}`] : []),
      compiledPath('test/runner/suite-process.ts'),
      ...suite.files.filter(isCompiled).map(compiledPath),
    ],
    {
      cwd: projectRoot,
      // A group of its own, so that the whole of it can be killed.
      detached: true,
      stdio: options.isQuiet ? 'ignore' : ['ignore', 'inherit', 'inherit'],
      env: environmentFor(runId, folder, options),
    },
  )
  return endingOf(child, options.timeoutMs)
}

/** The environment without what would lead a test to a person's account or change the runtime. */
function environmentFor(
  runId: string,
  folder: string,
  { seed, postgres }: SuiteRunOptions,
): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:AWS_|TWINPOOL_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|PG|DATABASE_URL$)/.test(name),
  )
  return {
    ...Object.fromEntries(kept),
    [RUN_MARK]: runId,
    TEST_SEED_OF_TWINPOOL: String(seed),
    ...(postgres === undefined ? {} : { TEST_POSTGRES_OF_TWINPOOL: postgres }),
    TMPDIR: folder,
    TZ: 'UTC',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

function endingOf(child: ChildProcess, timeoutMs: number): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      killGroup(child)
      resolve('timeout')
    }, timeoutMs)
    const interrupted = () => {
      killGroup(child)
      // The suite of the other lane is told in the same turn.
      setImmediate(() => process.exit(130))
    }
    process.once('SIGINT', interrupted)
    process.once('SIGTERM', interrupted)
    const done = () => {
      clearTimeout(timer)
      process.off('SIGINT', interrupted)
      process.off('SIGTERM', interrupted)
    }
    child.once('error', (error) => {
      done()
      reject(error)
    })
    child.once('exit', (code, signal) => {
      done()
      resolve({ code, signal })
    })
  })
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Waits for the run's processes to end, kills those that do not, and returns them. */
async function endLeftovers(runId: string, graceMs: number): Promise<readonly Leftover[]> {
  const deadlineMs = performance.now() + graceMs
  for (;;) {
    const leftovers = findLeftovers(runId)
    if (leftovers.length === 0) return []
    if (performance.now() >= deadlineMs) {
      for (const { pid } of leftovers) kill(pid)
      return leftovers
    }
    await pause(100)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
