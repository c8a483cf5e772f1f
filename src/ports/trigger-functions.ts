// The customer's functions as something that can be invoked: by ARN, with an event in, and out what
// the function returned, that it threw, or that it could not be invoked. Where they run (AWS
// Lambda, an address that speaks its API, a process of this node) is behind the port, and so are
// time limits, tries, and how many calls of one function run at once.

/** How an invocation ended. */
export type FunctionOutcome =
  /** `payload`: what it returned, whatever that is. */
  | { readonly kind: 'returned'; readonly payload: string }
  /** The customer's code threw; `message` is its word. */
  | { readonly kind: 'threw'; readonly message: string }
  /** It was not invoked, or did not return in time; `reason` is public. */
  | { readonly kind: 'failed'; readonly reason: string }

/** What this process knows of a function that it has called. */
export interface FunctionFigures {
  readonly arn: string
  readonly transport: 'aws-lambda' | 'http' | 'module'
  readonly running: number
  readonly queued: number
  /** Since when the call at the head of the queue waits. */
  readonly queuedSinceMs: number | undefined
  readonly returned: number
  readonly threw: number
  readonly failed: number
  /** Tries beyond the first of a call. */
  readonly retries: number
  /** Calls that found the queue full, or waited in it for too long. */
  readonly rejected: number
  /** Starts of its process beyond the first. */
  readonly restarts: number
  /** Sum over all calls that ended, waits in the queue included. */
  readonly totalMs: number
  readonly longestMs: number
}

/** The customer's functions, by ARN. */
export interface TriggerFunctions {
  /** Invokes and waits for what it returns. */
  invoke(arn: string, payload: string): Promise<FunctionOutcome>
  /** Hands an event over, and waits for no more than that: `returned` says that it was taken. */
  notify(arn: string, payload: string): Promise<FunctionOutcome>
  /** Of every function that was called here. */
  figures(): readonly FunctionFigures[]
}
