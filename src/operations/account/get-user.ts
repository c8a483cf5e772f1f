import { operation } from '../operation.js'
import { attributeList } from '../users/shape.js'

/** Describes the signed-in user, as far as the app client may read. */
export const GetUser = operation({
  name: 'GetUser',
  auth: 'access-token',
  region: 'any',
  errors: ['PasswordResetRequiredException', 'UserNotConfirmedException', 'UserNotFoundException'],
  run(ctx) {
    const { user } = ctx.caller
    const readable = ctx.client.client.settings.readAttributes
    return {
      Username: user.username,
      UserAttributes: attributeList(user, readable && ['sub', ...readable]),
    }
  },
})
