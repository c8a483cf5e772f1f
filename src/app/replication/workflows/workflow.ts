// Durable workflows: steps in order, each with an undo. Before a step is left, what comes next is
// saved, so a crash repeats at most one step, and steps and undos may be run twice. A step that
// throws is tried again, ever later, for as long as it takes: Regions that are down come back. Only
// a PermanentFailure turns the workflow round; it then undoes the step that failed and all before
// it, backwards, and ends `failed` with the reason.
//
//   running: step 1 -> 2 -> … -> n -> done
//                  \- PermanentFailure
//   undoing: step k -> k-1 -> … -> 1 -> failed
import { assert, required } from '#base/assert.js'
import { type Backoff, backoffMs } from '#base/backoff.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Job, JobChange, JobProgress, Jobs } from '#ports/jobs.js'

/** The step cannot succeed, however often it is tried. The message is kept with the job. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure'
}

/** The job's row is gone or at its end: another process ended it. */
export class JobGoneError extends Error {
  override readonly name = 'JobGoneError'
}

/** What a step gets. */
export interface StepRun {
  /** As last saved. */
  readonly job: Job
  readonly signal: AbortSignal
  /** Saves members of the progress; the others stay. Throws JobGoneError. */
  save(progress: Partial<JobProgress>): Promise<void>
  /** Saves why the step waits, for people to see. */
  explain(reason: string): Promise<void>
}

export interface Step {
  readonly name: string
  run(run: StepRun): Promise<void>
  /** Takes back what `run` did, or began to do, or never did. */
  undo?(run: StepRun): Promise<void>
}

export interface Workflow {
  readonly kind: string
  readonly steps: readonly Step[]
}

export interface WorkflowOptions {
  readonly jobs: Jobs
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

const RETRY: Backoff = { firstMs: 200, maxMs: 5000 }

/** Runs a job until its end, or until the signal aborts; then another process goes on. */
export async function runWorkflow(
  workflow: Workflow,
  start: Job,
  options: WorkflowOptions,
): Promise<void> {
  const { clock, log, signal } = options
  const fields = {
    jobId: start.jobId,
    kind: start.kind,
    poolId: start.poolId,
    targetRegion: start.targetRegion,
  }
  let job = start
  const change = async (wanted: JobChange) => {
    if ((await options.jobs.save(job, wanted)) === 'gone') throw new JobGoneError(job.jobId)
    const { reason, ...rest } = wanted
    job = { ...job, ...rest, ...(reason === undefined ? {} : { reason: reason ?? undefined }) }
  }
  const run: StepRun = {
    get job() {
      return job
    },
    signal,
    save: (progress) => change({ progress: { ...job.progress, ...progress } }),
    async explain(reason) {
      if (job.reason !== reason) await change({ reason })
    },
  }
  try {
    while (!signal.aborted && (job.state === 'running' || job.state === 'undoing')) {
      const retryMs = await advance(workflow, run, change, { log, fields })
      if (retryMs > 0) await clock.wait(retryMs, signal)
    }
  } catch (error) {
    if (!(error instanceof JobGoneError)) throw error
    log.info('job ended elsewhere', fields)
  }
}

/** One step forwards or backwards; how long to wait before the next try, 0 after a success. */
async function advance(
  workflow: Workflow,
  run: StepRun,
  change: (wanted: JobChange) => Promise<void>,
  { log, fields }: { log: Logger; fields: Readonly<Record<string, unknown>> },
): Promise<number> {
  const { job } = run
  const index = workflow.steps.findIndex((step) => step.name === job.step)
  assert(index >= 0, `${workflow.kind} has no step ${job.step}`)
  const step = required(workflow.steps[index], job.step)
  const isForward = job.state === 'running'
  try {
    if (isForward) await step.run(run)
    else await step.undo?.(run)
  } catch (error) {
    if (error instanceof JobGoneError || run.signal.aborted) {
      if (error instanceof JobGoneError) throw error
      return 0
    }
    const reason = error instanceof Error ? error.message : String(error)
    if (error instanceof PermanentFailure && isForward) {
      log.error('job failed and is undone', { ...fields, step: step.name, reason })
      await change({ state: 'undoing', reason, attempts: 0, progress: withoutCursor(run.job) })
      return 0
    }
    const attempts = run.job.attempts + 1
    if (attempts === 1 || run.job.reason !== reason) {
      log.warn('job step is tried again', { ...fields, step: step.name, error })
    }
    // While it is undone, the reason stays the one for which it failed.
    await change(isForward ? { attempts, reason } : { attempts })
    return backoffMs(RETRY, attempts - 1)
  }
  const next = workflow.steps[isForward ? index + 1 : index - 1]
  const progress = withoutCursor(run.job)
  if (next !== undefined) {
    const clear = isForward ? { reason: null } : {}
    await change({ step: next.name, attempts: 0, progress, ...clear })
    return 0
  }
  await change(
    isForward ? { state: 'done', progress, reason: null } : { state: 'failed', progress },
  )
  log.info(isForward ? 'job done' : 'job undone', { ...fields, reason: run.job.reason })
  return 0
}

function withoutCursor({ progress }: Job): JobProgress {
  return { ...progress, cursor: undefined }
}
