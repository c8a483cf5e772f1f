import { verifyAttribute } from '#app/accounts/attributes.js'
import { accountContext } from '../flow-context.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Proves an address of the signed-in user by the code that was sent to it. */
export const VerifyUserAttribute = operation(
  { name: 'VerifyUserAttribute', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const outcome = await verifyAttribute(ctx, accountContext(ctx), ctx.caller.user, {
      attributeName: input.AttributeName,
      code: input.Code,
    })
    unwrap(outcome)
    return {}
  },
)
