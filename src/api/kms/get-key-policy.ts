import { kmsOperation } from './operation.js'
import { demandDefaultPolicyName } from './policy-name.js'

export const GetKeyPolicy = kmsOperation({
  name: 'GetKeyPolicy',
  key: 'id',
  state: 'any',
  run(ctx, input) {
    demandDefaultPolicyName(input.PolicyName)
    return { Policy: ctx.key.policy, PolicyName: 'default' }
  },
})
