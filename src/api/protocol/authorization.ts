// Whether a signed caller's policies allow an action on a resource.

import { ApiError } from './errors.js'
import type { DecisionContext, IamCaller } from './request.js'

/**
 * Throws AccessDeniedException, with the words of IAM, unless they do. `otherName` is the ARN of
 * the same resource in its primary Region, by which a policy may deny it, too.
 */
export function requireAction(
  caller: IamCaller,
  action: string,
  resource: string,
  more: DecisionContext = {},
): void {
  const decision = caller.decide(action, resource, more)
  if (decision === 'allow') return
  const why =
    decision === 'explicit-deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  throw new ApiError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  )
}
