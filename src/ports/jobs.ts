// Durable jobs: work that must reach its end whatever process dies in between. A job is a row of
// the Region that runs it; what it has done is saved before it goes on, so another process can
// take it up from there. One live job at a time for each pool, kind and target Region.

/** `undoing` goes backwards after a step failed for good; `failed` has been undone. */
export type JobState = 'running' | 'undoing' | 'done' | 'failed'

/** Rows of one table that a job has been through. */
export interface RowProgress {
  readonly done: number
  readonly total: number
}

/** What a job remembers between steps and batches. */
export interface JobProgress {
  /** What the job was asked, fixed at its start. */
  readonly input: Readonly<Record<string, unknown>>
  /** Rows by table. */
  readonly rows?: Readonly<Record<string, RowProgress>>
  /** Where the running step goes on; its own affair. */
  readonly cursor?: Readonly<Record<string, unknown>> | undefined
}

/** A job as stored. */
export interface Job {
  readonly poolId: string
  readonly jobId: string
  readonly kind: string
  /** The Region of the replica that it is about. */
  readonly targetRegion: string
  readonly state: JobState
  /** The step to run, or to undo, next. */
  readonly step: string
  readonly progress: JobProgress
  /** Why it failed, or why its step waits. */
  readonly reason: string | undefined
  /** Failures of the step so far. */
  readonly attempts: number
  readonly createdAtMs: number
  readonly modifiedAtMs: number
}

/** A job about to be stored. */
export interface NewJob {
  readonly poolId: string
  readonly kind: string
  readonly targetRegion: string
  readonly step: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What may change of a job; absent members stay. */
export interface JobChange {
  readonly state?: JobState
  readonly step?: string
  readonly progress?: JobProgress
  /** null: no reason any more. */
  readonly reason?: string | null
  readonly attempts?: number
}

/** The store of jobs and the signal that there are some. */
export interface Jobs {
  /** Stores a job and wakes the runner of this Region when the transaction commits. */
  insert(job: NewJob): Promise<'inserted' | 'exists'>
  /** Jobs that are not at their end, the oldest first. */
  live(): Promise<readonly Job[]>
  /** The newest job of a kind and target Region, whatever its state. */
  latest(poolId: string, kind: string, targetRegion: string): Promise<Job | undefined>
  find(jobId: string): Promise<Job | undefined>
  /** Saves a change of a live job; 'gone' when its row was removed or is at its end. */
  save(job: Job, change: JobChange): Promise<'saved' | 'gone'>
}
