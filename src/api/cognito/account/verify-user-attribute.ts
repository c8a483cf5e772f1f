import { verifyAttribute } from '#app/accounts/attributes.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Proves an address of the signed-in user by the code that was sent to it. */
export const VerifyUserAttribute = operation({
  name: 'VerifyUserAttribute',
  auth: 'access-token',
  region: 'primary',
  errors: [
    'AliasExistsException',
    'CodeMismatchException',
    'ExpiredCodeException',
    'LimitExceededException',
    'UserNotFoundException',
  ],
  async run(ctx, input) {
    const outcome = await verifyAttribute(ctx, ctx.pool, ctx.caller.user, {
      attributeName: input.AttributeName,
      code: input.Code,
      sourceIp: ctx.request.sourceIp,
    })
    unwrap(outcome)
    return {}
  },
})
