// What a record is made of: things with a history, and what was said of them in one Region, which
// the other one hears of later and a restored database may lose.

/** Something that calls are about. Its history is what a person reads when a promise is broken. */
export class Thing {
  readonly label: string
  readonly history: string[] = []
  /** What it belongs to, whose history explains its own. */
  readonly parent: Thing | undefined
  /** Whether a call is under way that others must not meet. */
  isBusy = false
  /** Whether something was written since the Regions last were equal. */
  isTouched = true

  constructor(label: string, parent?: Thing) {
    this.label = label
    this.parent = parent
  }
}

/** What ends a session. */
export interface Ending {
  readonly what: string
  readonly region: string
  readonly atMs: number
  /** Sign-outs and revocations travel both ways; a user's deletion is the primary's alone. */
  readonly isDirectory: boolean
  /** Whether it may also not have happened. */
  isSure: boolean
  /** Whether the other Region has it. */
  hasTravelled: boolean
  /** Regions that lost it with their database, until they hear of it from the other one. */
  readonly unknownAt: Set<string>
}

/** How far ahead the product dates sign-outs: the most that two clocks may be apart. */
const SIGN_OUT_AHEAD_MS = 60_000

/** Whether a Region has to know of it. */
export function isKnownAt(ending: Failure & Pick<Ending, 'isSure'>, region: string): boolean {
  const { isSure, hasTravelled, unknownAt } = ending
  return isSure && !unknownAt.has(region) && (ending.region === region || hasTravelled)
}

/** Whether a session that begins there at that moment is ended by a sign-out yet to arrive. */
export function mayArrive(
  signOut: Ending,
  at: { region: string; begunAtMs: number; skewMs: number },
): boolean {
  if (isKnownAt(signOut, at.region)) return false
  return at.begunAtMs < signOut.atMs + SIGN_OUT_AHEAD_MS + at.skewMs
}

/** A wrong password that was counted. */
export interface Failure extends Pick<Ending, 'region' | 'atMs' | 'hasTravelled' | 'unknownAt'> {}

/** The Regions are equal: both have it, if it happened. */
export function becomeKnown(ending: Ending, isCopied: boolean): void {
  ending.hasTravelled = ending.isSure && isCopied
  ending.unknownAt.clear()
}

/** Notes that the database of a Region went back, which may have lost or undone it. */
export function weaken(ending: Ending, region: string, toMs: number): void {
  const isGone = isLostWith(ending, region, toMs)
  const isUndone = ending.isDirectory && ending.region === region && ending.atMs > toMs
  if (isGone || isUndone) ending.isSure = false
}

/** Notes that a Region lost it with its database; true when nobody may have it any more. */
export function isLostWith(of: Failure, region: string, toMs: number): boolean {
  if (of.atMs <= toMs) return false
  of.unknownAt.add(region)
  return of.unknownAt.size > 1 || (of.region === region && !of.hasTravelled)
}
