// What the two operations about provisioned limits have in common.
import type { CognitoInput } from '#contract/types.js'
import { categoryNamed, type RateCategory, rateOf } from '#domain/throttle/rate-category.js'
import type { Context } from '../context.js'

type LimitDefinition = CognitoInput<'GetProvisionedLimit'>['LimitDefinition']

/** The category that a definition names. Throws InvalidParameter and ResourceNotFoundException. */
export function requireCategory(
  ctx: Pick<Context, 'fail'>,
  definition: LimitDefinition,
): RateCategory {
  const { Category: name, ...others } = definition?.Attributes ?? {}
  if (name === undefined || Object.keys(others).length > 0) {
    return ctx.fail(
      'InvalidParameterException',
      'LimitDefinition must have Category as its only attribute.',
    )
  }
  const category = categoryNamed(name)
  if (category === undefined) {
    return ctx.fail('ResourceNotFoundException', `Limit category ${name} does not exist.`)
  }
  return category
}

/** A limit as the API describes it, in requests a second. */
export function toLimitShape(category: RateCategory, provisioned: number | undefined) {
  const { free } = rateOf(category)
  return {
    LimitDefinition: { LimitClass: 'API_CATEGORY' as const, Attributes: { Category: category } },
    ProvisionedLimitValue: provisioned ?? free,
    FreeLimitValue: free,
  }
}
