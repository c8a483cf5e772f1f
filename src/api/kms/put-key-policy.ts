import { readNewPolicy } from './new-policy.js'
import { kmsOperation } from './operation.js'
import { demandDefaultPolicyName } from './policy-name.js'

export const PutKeyPolicy = kmsOperation({
  name: 'PutKeyPolicy',
  key: 'id',
  state: 'any',
  async run(ctx, input) {
    demandDefaultPolicyName(input.PolicyName)
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
