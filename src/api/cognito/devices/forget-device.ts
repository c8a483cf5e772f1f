import { forgetDevice } from '#app/devices/devices.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Forgets a device of the signed-in user. */
export const ForgetDevice = operation(
  { name: 'ForgetDevice', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    unwrap(await forgetDevice(ctx, ctx.pool, ctx.caller.sub, input.DeviceKey))
    return {}
  },
)
