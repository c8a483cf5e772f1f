// SOFTWARE_TOKEN_MFA: a code of the user's authenticator app. It works on a secondary, where each
// Region remembers which codes it has taken.
//
// Deviation: a user with an authenticator app signs in on an ACTIVE secondary, where the service
// refuses it; `signIn.totpOnSecondary: false` refuses it here, too. A failover would otherwise lock
// out exactly those users who protect themselves best.

import { required } from '#base/assert.js'
import { totpStep } from '#domain/credential/totp.js'
import { refused } from '#domain/refusal.js'
import { type FurtherChallenge, issueSession, type RespondableChallenge } from '../challenge.js'
import { proveCode } from '../code-proof.js'
import type { ChallengeState } from '../session.js'
import { waitingSession } from '../waiting-session.js'

type TokenState = Extract<ChallengeState, { readonly name: 'SOFTWARE_TOKEN_MFA' }>

export const softwareTokenMfa: FurtherChallenge & RespondableChallenge<TokenState> = {
  name: 'SOFTWARE_TOKEN_MFA',
  responses: ['USERNAME', 'SOFTWARE_TOKEN_MFA_CODE'],
  needsSession: true,
  writesDirectory: false,

  begin(step, { user, factors: { softwareToken } }) {
    const { services } = step
    const name = softwareToken?.friendlyName
    return {
      kind: 'challenge',
      name: 'SOFTWARE_TOKEN_MFA',
      session: issueSession(step, services.random.uuid(), user, { name: 'SOFTWARE_TOKEN_MFA' }),
      parameters: {
        ...(name !== undefined && { FRIENDLY_DEVICE_NAME: name }),
        USER_ID_FOR_SRP: user.username,
        USERNAME: user.username,
      },
    }
  },

  openSession: (call, text) => waitingSession(call, text, 'SOFTWARE_TOKEN_MFA'),

  async respond(step, session) {
    const { services, context, parameters } = step
    const { totpUses, clock } = services
    const code = required(parameters['SOFTWARE_TOKEN_MFA_CODE'], 'code')
    const { sub } = session
    const nowMs = clock.nowMs()
    let at: number | undefined
    const record = await proveCode(step, session, async (found) => {
      const softwareToken = found?.factors.softwareToken
      // The app was removed since: no code is right or wrong any more.
      if (found !== undefined && softwareToken === undefined) return refused('totp-not-offered')
      at = softwareToken && totpStep(softwareToken.secret, code, nowMs)
      if (at === undefined) return { kind: 'wrong', refusal: refused('totp-mismatch') }
      return { kind: 'right' }
    })
    if ('kind' in record) return record
    const use = { sub, step: required(at, 'step'), atMs: nowMs }
    return {
      kind: 'passed',
      record,
      factors: ['software-token'],
      write: async () =>
        (await totpUses.use(context.pool, use)) === 'first' ? 'written' : refused('totp-reused'),
    }
  },
}
