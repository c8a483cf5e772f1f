import { operation } from '../operation.js'
import { finished } from '../users/outcome.js'
import { demandSecretHash, hidesUsers } from './proof.js'

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
    await demandSecretHash(ctx, input.Username, input.SecretHash)
    const user = await ctx.users.find(ctx.pool, input.Username)
    if (user === undefined && !hidesUsers(ctx.client)) {
      ctx.fail('UserNotFoundException', 'Username/client id combination not found.')
    }
    const outcome = await ctx.verification.confirmSignUp(ctx.pool, user, {
      code: input.ConfirmationCode,
      forceAliasCreation: input.ForceAliasCreation ?? false,
    })
    if (outcome.kind === 'refused' && outcome.reason === 'code-failures') {
      ctx.fail('LimitExceededException', 'Attempt limit exceeded, please try after some time.')
    }
    finished(outcome)
    return {}
  },
})
