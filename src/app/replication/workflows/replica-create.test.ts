import assert from 'node:assert/strict'
import { test } from 'node:test'
import { required } from '#base/assert.js'
import { DependencyError } from '#base/dependency-error.js'
import type { Job, JobProgress } from '#ports/jobs.js'
import { LinkUnreachableError } from '#ports/region-link.js'
import { replicaCreate } from './replica-create.js'
import type { ReplicaServices } from './replica-services.js'
import { PermanentFailure, type StepRun } from './workflow.js'

/** The step `verify` over one table whose digest there is what `theirs` returns or throws. */
function verifyStep(theirs: () => unknown) {
  const reseeds: string[] = []
  const services = {
    region: 'us-west-2',
    digests: { tables: ['users'], runtimeTables: [], digest: async () => [[0, 1, 'a']] },
    link: { call: async () => theirs() },
    replication: {
      position: async () => '0/1',
      hasConfirmed: async () => true,
      requestReseed: async (region: string) => void reseeds.push(region),
    },
    clock: { nowMs: () => 0, wait: async () => true },
  } as unknown as ReplicaServices
  const step = replicaCreate(services).steps.find(({ name }) => name === 'verify')
  let progress: JobProgress = { input: {} }
  const job = { poolId: 'us-west-2_Pool', targetRegion: 'us-east-1' }
  const run = {
    get job() {
      return { ...job, progress } as Job
    },
    signal: new AbortController().signal,
    async save(saved: Partial<JobProgress>) {
      progress = { ...progress, ...saved }
    },
    explain: async () => undefined,
  } as StepRun
  return { run: () => required(step, 'verify').run(run), reseeds }
}

test('a Region or a database that is away does not count as rows that differ', async () => {
  let failure: Error | undefined
  const { run, reseeds } = verifyStep(() => {
    if (failure !== undefined) throw failure
    return [[0, 1, 'a']]
  })
  for (let times = 0; times < 20; times += 1) {
    failure = new LinkUnreachableError('us-east-1')
    await assert.rejects(run(), LinkUnreachableError)
    failure = new DependencyError('the connection was lost', { isRetryable: true })
    await assert.rejects(run(), DependencyError)
  }
  failure = undefined
  await run()
  assert.deepEqual(reseeds, [])
})

test('rows that stay different are sent again eight times, then they fail it', async () => {
  const { run, reseeds } = verifyStep(() => [[0, 1, 'b']])
  for (let times = 0; times < 8; times += 1) {
    await assert.rejects(run(), /users of us-west-2_Pool differs in us-east-1 in 1 buckets/)
  }
  assert.equal(reseeds.length, 8)
  await assert.rejects(run(), PermanentFailure)
  assert.equal(reseeds.length, 8)
})
