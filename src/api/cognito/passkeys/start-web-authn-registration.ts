import { startRegistration } from '#app/passkeys/register.js'
import { operation } from '../operation.js'
import { relyingPartyOf, requireRegistrant } from './relying-party.js'

/** Begins the registration of a passkey: what the browser is to be asked for. */
export const StartWebAuthnRegistration = operation(
  { name: 'StartWebAuthnRegistration', auth: 'access-token', region: 'primary' },
  async (ctx) => {
    const registrant = requireRegistrant(ctx)
    const relyingPartyId = await relyingPartyOf(ctx)
    if (relyingPartyId === undefined) {
      return ctx.fail(
        'WebAuthnConfigurationMissingException',
        'The user pool has neither a relying party ID nor a domain.',
      )
    }
    const options = await startRegistration(ctx, ctx.pool, registrant, relyingPartyId)
    return { CredentialCreationOptions: options }
  },
)
