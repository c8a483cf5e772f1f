// What threat protection thinks of a sign-in, asked once, when the first factor is proven: the
// password of somebody else is not asked about, and what was thought goes on with the session.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import type { AuthStep } from './challenge.js'

/** The step with what is thought of it. */
export async function assessed(step: AuthStep, record: OpenedAuthRecord): Promise<AuthStep> {
  const { context, progress } = step
  if (context.watch === undefined || progress.risk !== undefined) return step
  return { ...step, progress: { ...progress, risk: await context.watch.assess(record) } }
}
