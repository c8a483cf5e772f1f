import { verifyApp } from '#app/accounts/second-factors.js'
import { verifyInSession } from '#app/auth/setup-session.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Takes an authenticator app into use by a first code of it. */
export const VerifySoftwareToken = operation(
  { name: 'VerifySoftwareToken', auth: 'token-or-session', region: 'primary' },
  async (ctx, input) => {
    const { caller, pool } = ctx
    const request = { code: input.UserCode, friendlyName: input.FriendlyDeviceName }
    if ('challenge' in caller) {
      const { session } = unwrap(await verifyInSession(ctx, pool, caller, request))
      return { Status: 'SUCCESS' as const, Session: session }
    }
    unwrap(await verifyApp(ctx, pool, caller, request))
    return { Status: 'SUCCESS' as const }
  },
)
