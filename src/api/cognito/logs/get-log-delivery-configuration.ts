import { operation } from '../operation.js'
import { toLogDeliveryShape } from './log-delivery.js'

/** Returns where this Region exports events of a pool to. */
export const GetLogDeliveryConfiguration = operation(
  { name: 'GetLogDeliveryConfiguration', auth: 'iam', region: 'any' },
  async (ctx) => ({ LogDeliveryConfiguration: toLogDeliveryShape(ctx.pool) }),
)
