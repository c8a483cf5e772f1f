import { setRemembered } from '#app/devices/devices.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Remembers a device of the signed-in user, or not. */
export const UpdateDeviceStatus = operation(
  { name: 'UpdateDeviceStatus', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const isRemembered = input.DeviceRememberedStatus === 'remembered'
    const device = { deviceKey: input.DeviceKey, isRemembered }
    unwrap(await setRemembered(ctx, ctx.pool, ctx.caller.sub, device))
    return {}
  },
)
