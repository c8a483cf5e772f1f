import { operation } from '../operation.js'
import { devicePage } from './device.js'

/** Lists the signed-in user's devices. */
export const ListDevices = operation(
  { name: 'ListDevices', auth: 'access-token', region: 'active' },
  (ctx, input) =>
    devicePage(ctx, ctx.caller.sub, { limit: input.Limit, token: input.PaginationToken }),
)
