// Turns the events of node:test into records for the runner, and prints failures in full and at
// once. Passes are only counted: two thousand of them are not read.
import { inspect } from 'node:util'
import { projectRoot } from '../../scripts/tree.js'
import type { TestRecord } from './records.js'

/** The parts of a node:test event that we read. */
export interface TestEvent {
  readonly type: string
  readonly data: {
    readonly name?: string
    readonly nesting?: number
    readonly file?: string
    readonly line?: number
    readonly skip?: string | boolean
    readonly todo?: string | boolean
    readonly message?: string
    readonly details?: {
      readonly type?: string
      readonly error?: unknown
      readonly duration_ms?: number
    }
  }
}

/** What `--test-name-pattern` leaves out is not a skipped test. */
const FILTERED = 'test name does not match pattern'

/** The record of an event, or undefined for events that say nothing of their own. */
export function recordOf(event: TestEvent): TestRecord | undefined {
  const { type, data } = event
  if (type !== 'test:pass' && type !== 'test:fail') return undefined
  const name = data.name ?? ''
  const file = relative(data.file ?? '')
  if (data.skip === FILTERED) return undefined
  if (type === 'test:fail' && data.todo === undefined) {
    // A parent fails with its children; they have been counted.
    return failureType(event) === 'subtestsFailed' ? undefined : { kind: 'failed', name, file }
  }
  if (data.skip !== undefined || data.todo !== undefined) return { kind: 'skipped', name, file }
  return data.details?.type === 'suite' ? undefined : { kind: 'passed', name, file }
}

/** How long a file took: it is the outermost test of a suite's process, by the name of its path. */
export function durationOf({ type, data }: TestEvent): TestRecord | undefined {
  const ms = data.details?.duration_ms
  if ((type !== 'test:pass' && type !== 'test:fail') || data.nesting !== 0) return undefined
  if (ms === undefined) return undefined
  return { kind: 'duration', file: relative(data.name ?? ''), ms }
}

/** A failure as a person wants to read it. */
export function failureText(event: TestEvent): string {
  const { name = '', file = '', line } = event.data
  const error = event.data.details?.error
  const cause = (error as { cause?: unknown } | undefined)?.cause ?? error
  const text = inspect(cause, { depth: 6, breakLength: 100 })
    .split('\n')
    .filter((row) => !/^\s+at .*\(?node:internal/.test(row))
    .map((row) => `    ${row}`)
    .join('\n')
  return `FAILED ${name}\n    ${relative(file)}:${line ?? '?'} (compiled)\n${text}\n`
}

function failureType(event: TestEvent): unknown {
  return (event.data.details?.error as { failureType?: unknown } | undefined)?.failureType
}

/** From a path or URL of a compiled file to its source's path in the tree. */
function relative(file: string): string {
  return file
    .replace(/^file:\/\//, '')
    .replace(projectRoot, '')
    .replace(/^\/?dist\//, '')
    .replace(/\.js$/, '.ts')
}

export async function* human(events: AsyncIterable<TestEvent>) {
  for await (const event of events) {
    if (recordOf(event)?.kind === 'failed') yield failureText(event)
    const { message } = event.data
    if (event.type === 'test:diagnostic' && isWarning(message)) yield `${message}\n`
  }
}

/** Whether a diagnostic is more than the counts that node:test ends with. */
function isWarning(message: string | undefined): boolean {
  return message !== undefined && /^(?:Error|Warning)/.test(message)
}

export async function* records(events: AsyncIterable<TestEvent>) {
  for await (const event of events) {
    for (const record of [recordOf(event), durationOf(event)]) {
      if (record !== undefined) yield `${JSON.stringify(record)}\n`
    }
  }
  yield '{"kind":"end"}\n'
}
