// Runs live jobs. A few at a time, each in its own task, so that one that waits for a Region keeps
// no other from going on. A job that this process does not run, because it was made by another
// process or because its runner died, is found here by looking.
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Jobs } from '#ports/jobs.js'
import { runWorkflow, type Workflow } from '../workflows/workflow.js'
import type { Reconciler, WakeSignal } from './reconciler.js'

const TASKS_MAX = 4

export class JobRunner implements Reconciler {
  readonly name = 'jobs'
  readonly intervalMs: number
  readonly #options: JobRunnerOptions
  readonly #tasks = new Map<string, Promise<void>>()

  constructor(options: JobRunnerOptions) {
    this.intervalMs = options.intervalMs
    this.#options = options
  }

  async run(signal: AbortSignal): Promise<'steady' | 'again'> {
    const { jobs, workflows, clock, log, wakeSignal } = this.#options
    for (const job of await jobs.live()) {
      if (this.#tasks.size >= TASKS_MAX) break
      const workflow = workflows.find((each) => each.kind === job.kind)
      if (workflow === undefined || this.#tasks.has(job.jobId)) continue
      const task = runWorkflow(workflow, job, { jobs, clock, log, signal })
        // A job that broke is taken up by the timer: ringing would run it in a tight loop.
        .then(
          () => wakeSignal.notify(),
          (error) => log.error('a job broke', { jobId: job.jobId, error }),
        )
        .finally(() => this.#tasks.delete(job.jobId))
      this.#tasks.set(job.jobId, task)
    }
    return 'steady'
  }

  /** Resolves when no job is running in this process any more. */
  async settled(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks.values())
  }
}

export interface JobRunnerOptions {
  readonly jobs: Jobs
  readonly workflows: readonly Workflow[]
  readonly clock: Clock
  readonly log: Logger
  readonly wakeSignal: WakeSignal
  readonly intervalMs: number
}
