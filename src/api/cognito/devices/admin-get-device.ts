import { findDevice } from '#app/devices/devices.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'
import { toDeviceShape } from './device.js'
import { requireUserOrDevice } from './owner.js'

/** Describes a device of a user. */
export const AdminGetDevice = operation(
  { name: 'AdminGetDevice', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const sub = await requireUserOrDevice(ctx, input.Username)
    const outcome = await findDevice(ctx, ctx.pool, sub, input.DeviceKey)
    return { Device: toDeviceShape(unwrap(outcome).device) }
  },
)
