import { readNewPolicy } from './new-policy.js'
import { kmsOperation } from './operation.js'
import { requireDefaultPolicyName } from './policy-name.js'

export const PutKeyPolicy = kmsOperation({
  name: 'PutKeyPolicy',
  key: 'id',
  state: 'any',
  async run(ctx, input) {
    requireDefaultPolicyName(input.PolicyName)
    await ctx.keys.change(ctx.key.id, (key) => ({
      ...key,
      policy: readNewPolicy(ctx, key, {
        text: input.Policy,
        bypassesCheck: input.BypassPolicyLockoutSafetyCheck,
      }),
    }))
    return {}
  },
})
