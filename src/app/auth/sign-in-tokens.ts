// The end of a sign-in in which everything is proven: the customer's code hears of it, and tokens
// are made for what was proven.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import { issueTokens } from '#app/sessions/issue.js'
import { methodsOf } from '#domain/challenge/factors.js'
import { USER_ADMIN_SCOPE } from '#domain/oauth/scopes.js'
import type { AuthStep, SignInOutcome } from './challenge.js'
import type { AuthProgress } from './session.js'
import { acrOf } from './step-up.js'
import { deviceOfTokens } from './tracked-device.js'

/** Behind the last requirement. */
export async function endWithTokens(
  step: AuthStep,
  record: OpenedAuthRecord,
): Promise<SignInOutcome> {
  const { progress } = step
  const { pool, client, request } = step.context
  const { triggers, tokens } = step.services
  const { user } = record
  const { deviceKey, newDevice } = deviceOfTokens(step)
  const newDeviceUsed = newDevice !== undefined
  const source = 'PostAuthentication_Authentication'
  await triggers.postAuthentication({ source, pool, client, request, user, newDeviceUsed })
  const issued = await issueTokens(tokens, {
    pool,
    client,
    record,
    request,
    grant: {
      scopes: [USER_ADMIN_SCOPE],
      amr: methodsOf(progress.provenFactors),
      acr: acrOf(pool, progress),
      deviceKey,
    },
    source: tokenSourceOf(progress),
  })
  const factors = [...new Set(progress.provenFactors)]
  return { kind: 'tokens', ...issued, newDevice, factors }
}

/** Which source the trigger of the tokens is told. */
function tokenSourceOf({ provenFactors, history }: AuthProgress) {
  if (provenFactors.includes('device')) return 'TokenGeneration_AuthenticateDevice'
  return history.some(({ name }) => name === 'NEW_PASSWORD_REQUIRED')
    ? 'TokenGeneration_NewPasswordChallenge'
    : 'TokenGeneration_Authentication'
}
