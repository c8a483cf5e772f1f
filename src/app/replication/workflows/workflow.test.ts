import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Job, JobChange, Jobs } from '#ports/jobs.js'
import { PermanentFailure, runWorkflow, type Step, type Workflow } from './workflow.js'

const silence = () => undefined
const log: Logger = { debug: silence, info: silence, warn: silence, error: silence }

function newJob(step: string): Job {
  return {
    poolId: 'pool',
    jobId: 'job',
    kind: 'test',
    targetRegion: 'subject',
    state: 'running',
    step,
    progress: { input: {} },
    reason: undefined,
    attempts: 0,
    createdAtMs: 0,
    modifiedAtMs: 0,
  }
}

/** A store of one job, whose changes are kept in order. */
function storeOf(first: Job) {
  const store = { job: first as Job | undefined, changes: [] as JobChange[] }
  const jobs = {
    save: async (_job: Job, change: JobChange) => {
      if (store.job === undefined) return 'gone' as const
      store.changes.push(change)
      const { reason, ...rest } = change
      store.job = {
        ...store.job,
        ...rest,
        ...(reason === undefined ? {} : { reason: reason ?? undefined }),
      }
      return 'saved' as const
    },
  } as unknown as Jobs
  return { store, jobs }
}

function runIt(steps: readonly Step[], options: { step?: string; state?: Job['state'] } = {}) {
  const first = { ...newJob(options.step ?? steps[0]?.name ?? ''), ...options }
  const { store, jobs } = storeOf({ ...first, step: options.step ?? steps[0]?.name ?? '' })
  const waits: number[] = []
  const clock: Clock = {
    nowMs: () => 0,
    wait: async (delayMs) => {
      waits.push(delayMs)
      return true
    },
  }
  const stop = new AbortController()
  const workflow: Workflow = { kind: 'test', steps }
  const done = runWorkflow(workflow, store.job ?? first, { jobs, clock, log, signal: stop.signal })
  return { done, store, waits, stop }
}

test('steps run in order, and the next one is saved before it runs', async () => {
  const seen: string[] = []
  const steps = ['a', 'b', 'c'].map((name) => ({
    name,
    async run({ job }: { job: Job }) {
      seen.push(`${name} ${job.step}`)
    },
  }))
  const { done, store } = runIt(steps)
  await done
  assert.deepEqual(seen, ['a a', 'b b', 'c c'])
  assert.equal(store.job?.state, 'done')
  assert.deepEqual(
    store.changes.map((change) => change.step ?? change.state),
    ['b', 'c', 'done'],
  )
})

test('a step that throws is tried again, ever later, and says why', async () => {
  let tries = 0
  const { done, store, waits } = runIt([
    {
      name: 'a',
      async run() {
        tries += 1
        if (tries <= 7) throw new TypeError(`try ${tries}`)
      },
    },
  ])
  await done
  assert.equal(tries, 8)
  assert.deepEqual(waits, [200, 400, 800, 1600, 3200, 5000, 5000])
  assert.equal(store.changes[0]?.reason, 'try 1')
  assert.equal(store.job?.reason, undefined, 'it ended well')
})

test('a permanent failure undoes the failed step and those before, backwards', async () => {
  const seen: string[] = []
  const steps: Step[] = ['a', 'b', 'c', 'd'].map((name) => ({
    name,
    async run() {
      seen.push(name)
      if (name === 'c') throw new PermanentFailure('no')
    },
    ...(name === 'b'
      ? {}
      : {
          async undo() {
            seen.push(`undo ${name}`)
          },
        }),
  }))
  const { done, store } = runIt(steps)
  await done
  assert.deepEqual(seen, ['a', 'b', 'c', 'undo c', 'undo a'])
  assert.equal(store.job?.state, 'failed')
  assert.equal(store.job?.reason, 'no')
})

test('an undo that throws is tried again and keeps the reason of the failure', async () => {
  let tries = 0
  const { done, store } = runIt([
    {
      name: 'a',
      async run() {
        throw new PermanentFailure('why')
      },
      async undo() {
        tries += 1
        if (tries < 3) throw new PermanentFailure('not now')
      },
    },
  ])
  await done
  assert.equal(tries, 3)
  assert.equal(store.job?.state, 'failed')
  assert.equal(store.job?.reason, 'why')
})

test('the place of a step is forgotten when the step is left', async () => {
  const cursors: unknown[] = []
  const { done } = runIt([
    {
      name: 'a',
      async run(run) {
        await run.save({ cursor: { at: 1 }, rows: { t: { done: 1, total: 2 } } })
        cursors.push(run.job.progress.cursor)
      },
    },
    {
      name: 'b',
      async run(run) {
        cursors.push(run.job.progress.cursor, run.job.progress.rows)
      },
    },
  ])
  await done
  assert.deepEqual(cursors, [{ at: 1 }, undefined, { t: { done: 1, total: 2 } }])
})

test('a signal stops between steps, and a removed row ends the job', async () => {
  const seen: string[] = []
  const first = runIt([
    {
      name: 'a',
      async run() {
        await Promise.resolve()
        seen.push('a')
        first.stop.abort()
      },
    },
    {
      name: 'b',
      async run() {
        seen.push('b')
      },
    },
  ])
  await first.done
  assert.deepEqual(seen, ['a'])
  assert.equal(first.store.job?.step, 'b')
  const second = runIt([
    {
      name: 'a',
      async run(run) {
        await Promise.resolve()
        second.store.job = undefined
        await run.save({})
        seen.push('never')
      },
    },
  ])
  await second.done
  assert.deepEqual(seen, ['a'])
})
