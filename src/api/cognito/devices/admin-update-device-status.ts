import { setRemembered } from '#app/devices/devices.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { requireUser } from '../users/user.js'

/** Remembers a device of a user, or not. */
export const AdminUpdateDeviceStatus = operation(
  { name: 'AdminUpdateDeviceStatus', auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const { sub } = await requireUser(ctx, input.Username)
    const isRemembered = input.DeviceRememberedStatus === 'remembered'
    const device = { deviceKey: input.DeviceKey, isRemembered }
    unwrap(await setRemembered(ctx, ctx.pool, sub, device))
    return {}
  },
)
