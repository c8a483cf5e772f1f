import { kmsOperation } from './operation.js'
import { requireDefaultPolicyName } from './policy-name.js'

export const GetKeyPolicy = kmsOperation({
  name: 'GetKeyPolicy',
  key: 'id',
  state: 'any',
  run(ctx, input) {
    requireDefaultPolicyName(input.PolicyName)
    return { Policy: ctx.key.policy, PolicyName: 'default' }
  },
})
