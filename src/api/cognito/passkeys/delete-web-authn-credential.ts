import { removePasskey } from '#app/passkeys/remove.js'
import { operation } from '../operation.js'

/** Removes a passkey of the signed-in user. */
export const DeleteWebAuthnCredential = operation(
  { name: 'DeleteWebAuthnCredential', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const outcome = await removePasskey(ctx, ctx.pool, ctx.caller.sub, input.CredentialId)
    if (outcome === 'absent') {
      ctx.fail('ResourceNotFoundException', 'The user has no such passkey.')
    }
    return {}
  },
)
