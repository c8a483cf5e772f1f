// The engine under the eyes of threat protection: each call of a sign-in is watched from its
// beginning to its end, where the pool has it, and goes straight through where it has not.

import type { Refused } from '#domain/refusal.js'
import type { AuthContext, CallWatch, SignInOutcome } from './challenge.js'
import type { SignIn } from './engine.js'

/** Flows that are no sign-in: the user has signed in before. */
const RENEWALS = new Set(['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'])

/** The two calls of a sign-in. */
export type SignInFlows = Pick<SignIn, 'start' | 'respond'>

/** What watches sign-ins. */
interface Watcher<Watch extends CallWatch> {
  watch(context: AuthContext): Watch | undefined
  /** The refusal of a call from where none is taken. */
  addressRefusal(context: AuthContext, flow?: string): Refused | undefined
  ended(context: AuthContext, watch: Watch, outcome: SignInOutcome | undefined): void
}

/** The same calls, watched. */
export function watchedSignIn<Watch extends CallWatch>(
  signIn: SignInFlows,
  watcher: Watcher<Watch>,
): SignInFlows {
  const through = async (
    context: AuthContext,
    flow: string | undefined,
    run: (context: AuthContext) => Promise<SignInOutcome>,
  ) => {
    const watch = watcher.watch(context)
    if (watch === undefined) return run(context)
    const refusal = RENEWALS.has(flow ?? '') ? undefined : watcher.addressRefusal(context, flow)
    if (refusal !== undefined) return refusal
    let outcome: SignInOutcome | undefined
    try {
      outcome = await run({ ...context, watch })
      return outcome
    } finally {
      watcher.ended(context, watch, outcome)
    }
  }
  return {
    start: (context, flow, parameters, session) =>
      through(context, flow, (watched) => signIn.start(watched, flow, parameters, session)),
    respond: (context, challenge, parameters) =>
      through(context, undefined, (watched) => signIn.respond(watched, challenge, parameters)),
  }
}
