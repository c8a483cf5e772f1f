import { forgetDevice } from '#app/devices/devices.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from '../users/user.js'

/** Forgets a device of a user. */
export const AdminForgetDevice = operation(
  { name: 'AdminForgetDevice', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const { sub } = await requireUser(ctx, input.Username)
    unwrap(await forgetDevice(ctx, ctx.pool, sub, input.DeviceKey))
    return {}
  },
)
