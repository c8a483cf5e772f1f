import { openPasskey } from '#app/passkeys/seal.js'
import { operation } from '../operation.js'

/** Lists the signed-in user's passkeys: never more than one page. */
export const ListWebAuthnCredentials = operation(
  { name: 'ListWebAuthnCredentials', auth: 'access-token', region: 'active' },
  async (ctx) => {
    const cipher = await ctx.poolKeys.cipher(ctx.pool)
    const stored = await ctx.passkeys.list(ctx.pool, ctx.caller.sub)
    return {
      Credentials: stored.map((row) => {
        const passkey = openPasskey(cipher, row)
        return {
          CredentialId: passkey.credentialId,
          FriendlyCredentialName: passkey.friendlyName,
          RelyingPartyId: passkey.relyingPartyId,
          ...(passkey.attachment && { AuthenticatorAttachment: passkey.attachment }),
          AuthenticatorTransports: [...passkey.transports],
          CreatedAt: new Date(row.createdAtMs),
        }
      }),
    }
  },
)
