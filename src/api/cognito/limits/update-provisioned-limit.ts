import { rateOf } from '#domain/throttle/rate-category.js'
import { operation } from '../operation.js'
import { requireCategory, toLimitShape } from './limit.js'

/**
 * Sets the request rate of a category, for this account in this Region; in effect with the next
 * share of a second that a process takes, so within a second.
 *
 * Deviation: the service has a maximum for each account, which its operator raises on request. Here
 * it is a multiple of the default, `rates.adjustableTimesMax`.
 */
export const UpdateProvisionedLimit = operation(
  { name: 'UpdateProvisionedLimit', auth: 'iam', region: 'account' },
  async (ctx, input) => {
    const category = requireCategory(ctx, input.LimitDefinition)
    const requested = input.RequestedLimitValue
    const { free, isAdjustable } = rateOf(category)
    if (isAdjustable !== true) {
      return ctx.fail('InvalidParameterException', `The limit of ${category} is not adjustable.`)
    }
    if (requested === undefined || requested < free) {
      return ctx.fail(
        'InvalidParameterException',
        `RequestedLimitValue must not be less than the default limit of ${free}.`,
      )
    }
    const max = free * ctx.adjustableTimesMax
    if (requested > max) {
      return ctx.fail(
        'ServiceQuotaExceededException',
        `RequestedLimitValue must not be more than the maximum of this account, ${max}.`,
      )
    }
    await ctx.provisionedLimits.set(category, requested)
    return { Limit: toLimitShape(category, requested) }
  },
)
