import { associateApp } from '#app/accounts/second-factors.js'
import { associateInSession } from '#app/auth/setup-session.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Makes a secret for an authenticator app, for a signed-in user or in the middle of a sign-in. */
export const AssociateSoftwareToken = operation(
  { name: 'AssociateSoftwareToken', auth: 'token-or-session', region: 'primary' },
  async (ctx) => {
    const { caller, pool } = ctx
    if ('challenge' in caller) {
      const { secret, session } = unwrap(await associateInSession(ctx, pool, caller))
      return { SecretCode: secret, Session: session }
    }
    return { SecretCode: unwrap(await associateApp(ctx, pool, caller)).secret }
  },
)
