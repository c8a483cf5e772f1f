import { operation } from '../operation.js'
import { devicePage } from './device.js'
import { requireUserOrDevice } from './owner.js'

/** Lists a user's devices. */
export const AdminListDevices = operation(
  { name: 'AdminListDevices', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const sub = await requireUserOrDevice(ctx, input.Username)
    return devicePage(ctx, sub, { limit: input.Limit, token: input.PaginationToken })
  },
)
