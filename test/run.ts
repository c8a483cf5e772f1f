// Runs the tests: `npm test`, or `node dist/test/run.js --list`. A suite is a folder of tests, such
// as `cli` or `api/kms`, or `unit` for the tests beside the source. The files of a suite share one
// process, because a process per file costs more than the tests; suites have processes of their
// own, so that one cannot break the next, and two run at a time. The last line is the sum and
// nothing else: `N passed, M failed`.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAllowedSkips } from './runner/allowed-skips.js'
import { HELP, OptionError, type Options, parseOptions } from './runner/options.js'
import { runSuite, type SuiteResult } from './runner/suite-run.js'
import { findSuites, type Suite, select } from './runner/suites.js'

/** No run may take longer than this, whatever its suites are allowed. */
const RUN_TIMEOUT_MS = 25 * 60_000

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2))
  const suites = select(findSuites(), options)
  if (options.list) {
    for (const suite of suites) for (const file of suite.files) print(`${suite.name}  ${file}`)
    return 0
  }
  if (suites.length === 0) throw new OptionError('no suite has a file that was asked for')
  const results = await runAll(suites, options)
  const failed = sum(results, 'failed')
  for (const duration of slowestOf(results, options.slowest)) print(duration)
  for (const result of results) print(summary(result))
  print(`${sum(results, 'passed')} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

async function runAll(suites: readonly Suite[], options: Options): Promise<readonly SuiteResult[]> {
  const startedAtMs = performance.now()
  // Everything temporary of a run is in one folder. Databases run under another user and enter it.
  const folder = mkdtempSync(join(tmpdir(), 'twinpool-test-'))
  chmodSync(folder, 0o1777)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const allowedSkips = readAllowedSkips()
  const results: SuiteResult[] = []
  const waiting = [...suites]
  print(`seed ${options.seed}`)
  const lane = async () => {
    for (let suite = waiting.shift(); suite !== undefined; suite = waiting.shift()) {
      const remainingMs = RUN_TIMEOUT_MS - (performance.now() - startedAtMs)
      const timeoutMs = Math.max(1, Math.min(options.timeoutMs ?? suite.timeoutMs, remainingMs))
      results.push(await runSuite(suite, { ...options, timeoutMs, folder, allowedSkips, print }))
    }
  }
  await Promise.all(Array.from({ length: options.lanes }, lane))
  return results
}

function sum(results: readonly SuiteResult[], count: 'passed' | 'failed'): number {
  return results.reduce((total, result) => total + result[count], 0)
}

function slowestOf(results: readonly SuiteResult[], count: number): readonly string[] {
  return results
    .flatMap(({ durations }) => durations)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, count)
    .map(({ ms, file }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`)
}

function summary({ name, passed, failed, durationMs }: SuiteResult): string {
  const seconds = (durationMs / 1000).toFixed(1)
  return `  ${name.padEnd(24)}${passed} passed, ${failed} failed in ${seconds} s`
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof OptionError)) throw error
  process.stderr.write(`${error.message}\n\n${HELP}\n`)
  process.exitCode = 2
}
