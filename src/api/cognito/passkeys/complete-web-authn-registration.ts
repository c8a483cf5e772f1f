import { completeRegistration } from '#app/passkeys/register.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { relyingPartyOf, requireRegistrant } from './relying-party.js'

/** Registers the passkey that the browser made. */
export const CompleteWebAuthnRegistration = operation(
  { name: 'CompleteWebAuthnRegistration', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const registrant = requireRegistrant(ctx)
    const relyingPartyId = await relyingPartyOf(ctx)
    if (relyingPartyId === undefined) {
      // The domain of the first call is gone since.
      return ctx.fail('WebAuthnRelyingPartyMismatchException', 'The relying party has changed.')
    }
    const request = { credential: input.Credential, relyingPartyId }
    unwrap(await completeRegistration(ctx, ctx.pool, registrant, request))
    return {}
  },
)
