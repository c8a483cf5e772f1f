// Links that sign the caller in to the console once, so that a person at a terminal need not paste
// a secret into a page.

import { ApiError } from '#api/protocol/errors.js'
import { type AdminOperation, toTimestamp } from './admin-operation.js'

/** Creates a link for the access key that signed. */
export const CreateConsoleLink: AdminOperation = {
  name: 'CreateConsoleLink',
  async run({ oneTimeLinks }, _input, caller) {
    // Otherwise a session could outlive its twelve hours by a link, and that by the next.
    if (caller.isConsole) {
      throw new ApiError(
        'AccessDeniedException',
        'A session of the console cannot create a link. Sign the call with an access key.',
      )
    }
    const { token, expiresAtMs } = await oneTimeLinks.create(caller.accessKeyId)
    return { Link: token, ExpiresAt: toTimestamp(expiresAtMs) }
  },
}
