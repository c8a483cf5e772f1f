// The error that each failure to write a user is.

import { ApiError } from '#api/protocol/errors.js'
import type { ChangeOutcome } from '#app/accounts/user-records.js'
import type { User } from '#domain/user/user.js'

export function userOrThrow(outcome: ChangeOutcome): User {
  switch (outcome.kind) {
    case 'changed':
      return outcome.user
    case 'absent':
      throw new ApiError('UserNotFoundException', 'User does not exist.')
    case 'alias-exists':
      throw new ApiError('AliasExistsException', 'An account with the email already exists.')
    case 'conflict':
      throw new ApiError('TooManyRequestsException', 'The user is being changed by other requests.')
  }
}
