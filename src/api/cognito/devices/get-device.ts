import { findDevice } from '#app/devices/devices.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toDeviceShape } from './device.js'

/** Describes a device of the signed-in user. */
export const GetDevice = operation(
  { name: 'GetDevice', auth: 'access-token', region: 'active' },
  async (ctx, input) => {
    const outcome = await findDevice(ctx, ctx.pool, ctx.caller.sub, input.DeviceKey)
    return { Device: toDeviceShape(unwrap(outcome).device) }
  },
)
