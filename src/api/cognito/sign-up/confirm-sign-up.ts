import { hidesUsers } from '#domain/credential/decoy.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { namedUser } from './named-user.js'

/** Confirms a sign-up by its code. */
export const ConfirmSignUp = operation({
  name: 'ConfirmSignUp',
  auth: 'public',
  region: 'primary',
  errors: [
    'AliasExistsException',
    'CodeMismatchException',
    'ExpiredCodeException',
    'LimitExceededException',
    'UserNotFoundException',
  ],
  async run(ctx, input) {
    const named = await namedUser(ctx, input)
    const outcome = await ctx.verification.confirmSignUp(ctx.pool, named, {
      code: input.ConfirmationCode,
      forceAliasCreation: input.ForceAliasCreation ?? false,
      sourceIp: ctx.sourceIp,
      isHidden: hidesUsers(ctx.client.client.settings),
    })
    unwrap(outcome)
    return {}
  },
})
