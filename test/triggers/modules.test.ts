// Modules in child processes: what they get and do not get, how calls of them end, and that no
// process outlives its node.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, afterEach, describe, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { createInvoker, type Invoker } from '#adapters/triggers/invoker.js'
import { createModuleTransport } from '#adapters/triggers/module-process.js'
import type { Logger } from '#base/log.js'
import { lambdaArn, triggerModules } from '#test/support/trigger-module.js'
import { waitFor } from '#test/support/wait.js'

const ARN = lambdaArn('custom')
const QUICK = { tries: 3, tryMs: 400, queuedMs: 5000, pauseMs: 1 }
/** For calls that must not run into a limit on a slow machine. */
const PATIENT = { ...QUICK, tryMs: 60_000, queuedMs: 60_000 }
const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }

const modules = triggerModules()
after(() => modules.remove())

describe('a module as a function', () => {
  const opened: Invoker[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((invoker) => invoker.close()))
  })

  function open(
    source: string,
    { calling = PATIENT, running = 50, waiting = 500, extension = 'mjs' } = {},
  ): Invoker {
    const file = modules.write(source, extension)
    const options = { file, region: 'us-west-2', clock: systemClock, log: quiet }
    const invoker = createInvoker({
      transportOf: (arn) => createModuleTransport(arn, options),
      clock: systemClock,
      concurrentCallsMax: running,
      queuedCallsMax: waiting,
      calling,
    })
    opened.push(invoker)
    return invoker
  }

  /** Runs a function as it would be called by its node. */
  const run = (source: string, event: object = {}, options = {}) =>
    open(source, options).invoke(ARN, JSON.stringify(event))

  const returned = (value: unknown) => ({ kind: 'returned', payload: JSON.stringify(value) })

  test('returns by promise, by value and by callback, as ES module and as CommonJS', async () => {
    const event = { a: 1 }
    const body = '{ return { ...event, b: 2 } }'
    for (const source of [
      `export async function handler(event) ${body}`,
      `export const handler = (event) => ${body}`,
      'export const handler = (event, context, callback) => callback(null, { ...event, b: 2 })',
      'export const handler = (event, context) => new Promise(() => context.succeed({a: 1, b: 2}))',
      `export default { handler(event) ${body} }`,
    ]) {
      assert.deepEqual(await run(source, event), returned({ a: 1, b: 2 }), source)
    }
    const cjs = `exports.handler = async (event) => ${body}`
    assert.deepEqual(await run(cjs, event, { extension: 'cjs' }), returned({ a: 1, b: 2 }))
    assert.deepEqual(await run('export const handler = () => undefined'), returned(null))
  })

  test('throws by promise, at once, by callback, and what is no error', async () => {
    for (const source of [
      'export async function handler() { throw new Error("Bad password") }',
      'export function handler() { throw new Error("Bad password") }',
      'export function handler(e, c, callback) { callback(new Error("Bad password")) }',
      'export function handler(e, c, callback) { callback("Bad password") }',
      'export function handler(e, c) { c.fail("Bad password"); return new Promise(() => {}) }',
    ]) {
      const outcome = await run(source)
      assert.deepEqual(outcome, { kind: 'threw', message: 'Bad password' }, source)
    }
    const circular = 'export function handler() { const a = {}; a.a = a; return a }'
    assert.equal((await run(circular)).kind, 'threw')
  })

  test('gets nothing of the node: no variables, options or open channels', async () => {
    process.env['TWINPOOL_PLANTED_SECRET'] = 'planted'
    try {
      const outcome = await run(
        `export const handler = (event, context) => ({
           env: process.env, execArgv: process.execArgv.length, name: context.functionName,
           arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() > 0,
         })`,
      )
      assert.equal(outcome.kind, 'returned')
      const seen = JSON.parse(outcome.kind === 'returned' ? outcome.payload : '{}')
      assert.deepEqual(seen, {
        env: {
          AWS_REGION: 'us-west-2',
          AWS_DEFAULT_REGION: 'us-west-2',
          AWS_LAMBDA_FUNCTION_NAME: 'custom',
        },
        execArgv: 1,
        name: 'custom',
        arn: ARN,
        left: true,
      })
    } finally {
      delete process.env['TWINPOOL_PLANTED_SECRET']
    }
  })

  test('a process that dies is started again, and the call is tried three times', async () => {
    const invoker = open(
      `let calls = 0
       export function handler(event) {
         if (event.dies) process.exit(1)
         calls += 1
         return { calls, pid: process.pid }
       }`,
    )
    const ask = async (event: object) => {
      const outcome = await invoker.invoke(ARN, JSON.stringify(event))
      return outcome.kind === 'returned' ? JSON.parse(outcome.payload) : outcome
    }
    const before = await ask({})
    assert.equal(before.calls, 1)
    assert.deepEqual(await ask({ dies: true }), { kind: 'failed', reason: 'Runtime.ExitError' })
    const later = await ask({})
    assert.equal(later.calls, 1)
    assert.notEqual(later.pid, before.pid)
    const [figures] = invoker.figures()
    assert.equal(figures?.restarts, 3)
    assert.equal(figures?.retries, 2)
    assert.deepEqual([figures?.returned, figures?.failed], [2, 1])
  })

  test('an error that nobody catches ends the process and not the node', async () => {
    const source = `export function handler() {
      setTimeout(() => { throw new Error('planted') }, 1)
      return new Promise(() => {})
    }`
    assert.deepEqual(await run(source), { kind: 'failed', reason: 'Runtime.ExitError' })
  })

  test('a promise that never settles: three tries, and the process serves on', async () => {
    const invoker = open(
      `export const handler = (event) =>
         event.hangs ? new Promise(() => {}) : { pid: process.pid }`,
      { calling: QUICK },
    )
    const patient = () => invoker.invoke(ARN, '{}')
    const first = await patient()
    assert.deepEqual(await invoker.invoke(ARN, '{"hangs":true}'), {
      kind: 'failed',
      reason: 'Socket timeout while invoking Lambda function',
    })
    const second = await patient()
    assert.equal(second.kind, 'returned')
    const [figures] = invoker.figures()
    assert.equal(figures?.retries, 2)
    assert.equal(figures?.restarts, 0)
    if (first.kind === 'returned' && second.kind === 'returned') {
      assert.equal(first.payload, second.payload)
    }
  })

  test('a process that is stuck in a loop is ended and replaced', async () => {
    const invoker = open('export const handler = (event) => { while (event.loops); return 1 }', {
      calling: { ...QUICK, tries: 1 },
    })
    const outcome = await invoker.invoke(ARN, '{"loops":true}')
    assert.equal(outcome.kind, 'failed')
    await waitFor(async () => (await invoker.invoke(ARN, '{}')).kind === 'returned', {
      what: 'a process that serves',
    })
    assert.equal(invoker.figures()[0]?.restarts, 1)
  })

  test('a module that cannot be loaded', async () => {
    for (const source of [
      'export const handler = (',
      'throw new Error("x")',
      'export const x = 1',
    ]) {
      const outcome = await run(source)
      assert.deepEqual(outcome, { kind: 'failed', reason: 'Runtime.ImportModuleError' }, source)
    }
  })

  test('a response that is too large is an error of the function', async () => {
    const outcome = await run('export const handler = () => "x".repeat(7_000_000)')
    assert.deepEqual(outcome, {
      kind: 'threw',
      message: 'Response payload size exceeded maximum allowed',
    })
  })

  test('400 calls at once: all return, and no more run at once than may', async () => {
    const invoker = open(
      `let running = 0, most = 0
       export async function handler(event) {
         most = Math.max(most, ++running)
         await new Promise((resolve) => setTimeout(resolve, 2))
         running -= 1
         return { n: event.n, most }
       }`,
      { running: 20 },
    )
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, (_, n) => invoker.invoke(ARN, JSON.stringify({ n }))),
    )
    const results = outcomes.map((outcome) => {
      assert.equal(outcome.kind, 'returned')
      return outcome.kind === 'returned' ? JSON.parse(outcome.payload) : {}
    })
    assert.deepEqual(
      results.map(({ n }) => n),
      Array.from({ length: 400 }, (_, n) => n),
    )
    assert.equal(Math.max(...results.map(({ most }) => most)), 20)
    const [figures] = invoker.figures()
    assert.deepEqual([figures?.returned, figures?.rejected, figures?.running], [400, 0, 0])
  })

  test('what finds the queue full is rejected; another function does not notice', async () => {
    const invoker = open(
      `export const handler = (event, { functionName }) =>
         functionName === 'custom' ? new Promise(() => {}) : 'quick'`,
      { calling: { ...PATIENT, queuedMs: 50 }, running: 2, waiting: 3 },
    )
    const held = Array.from({ length: 2 }, () => invoker.invoke(ARN, '{}'))
    const queued = Array.from({ length: 3 }, () => invoker.invoke(ARN, '{}'))
    const rejected = { kind: 'failed', reason: 'TooManyRequestsException' }
    assert.deepEqual(await invoker.invoke(ARN, '{}'), rejected)
    assert.equal((await invoker.invoke(lambdaArn('other'), '{}')).kind, 'returned')
    for (const outcome of await Promise.all(queued)) assert.deepEqual(outcome, rejected)
    const [figures] = invoker.figures()
    assert.deepEqual([figures?.running, figures?.queued, figures?.rejected], [2, 0, 4])
    await invoker.close()
    for (const outcome of await Promise.all(held)) assert.equal(outcome.kind, 'failed')
  })

  test('an invoker that is closed leaves no process, the module’s own included', async () => {
    const invoker = open(
      `import { spawn } from 'node:child_process'
       export const handler = () => {
         const own = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
         return [process.pid, own.pid]
       }`,
    )
    const outcome = await invoker.invoke(ARN, '{}')
    const pids = JSON.parse(outcome.kind === 'returned' ? outcome.payload : '[]') as number[]
    assert.equal(pids.length, 2)
    for (const pid of pids) assert.ok(isAlive(pid))
    await invoker.close()
    for (const pid of pids) await waitFor(() => !isAlive(pid), { what: `the end of ${pid}` })
    assert.equal((await invoker.invoke(ARN, '{}')).kind, 'failed')
  })

  test('a node that is killed leaves no process, be it stuck in a loop', async () => {
    const file = modules.write(
      `import { writeFileSync } from 'node:fs'
       export const handler = (event) => {
         writeFileSync(event.file, String(process.pid))
         for (;;);
       }`,
    )
    const pidFile = `${file}.pid`
    const node = startNode(file, pidFile)
    const pid = await waitFor(
      async () => {
        const { readFile } = await import('node:fs/promises')
        return Number(await readFile(pidFile, 'utf8')) || undefined
      },
      { what: 'the process of the module' },
    )
    assert.ok(isAlive(pid))
    node.kill('SIGKILL')
    await once(node, 'exit')
    await waitFor(() => !isAlive(pid), { what: 'the end of the process' })
  })
})

/** A process that calls the module as a node does. */
function startNode(file: string, pidFile: string): ChildProcess {
  const adapter = new URL('../../src/adapters/triggers/module-process.js', import.meta.url).href
  const clock = new URL('../../src/adapters/system/clock.js', import.meta.url).href
  const source = `
    import { createModuleTransport } from ${JSON.stringify(adapter)}
    import { systemClock } from ${JSON.stringify(clock)}
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const options = { file: ${JSON.stringify(file)}, region: 'r', clock: systemClock, log }
    const transport = createModuleTransport(${JSON.stringify(ARN)}, options)
    const payload = JSON.stringify({ file: ${JSON.stringify(pidFile)} })
    await transport.attempt({ payload, isNotice: false, signal: new AbortController().signal })
  `
  return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'ignore' })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
