import { confirmDevice } from '#app/devices/devices.js'
import { operation } from '../operation.js'
import { unwrap } from '../refusals.js'

/** Confirms the device of the access token: it is tracked from now on. */
export const ConfirmDevice = operation(
  { name: 'ConfirmDevice', auth: 'access-token', region: 'primary' },
  async (ctx, input) => {
    const { sub, claims } = ctx.caller
    const user = { sub, tokenDeviceKey: claims['device_key'] }
    const outcome = await confirmDevice(ctx, ctx.pool, user, {
      deviceKey: input.DeviceKey,
      name: input.DeviceName,
      salt: input.DeviceSecretVerifierConfig?.Salt,
      verifier: input.DeviceSecretVerifierConfig?.PasswordVerifier,
      context: ctx.request,
    })
    return { UserConfirmationNecessary: unwrap(outcome).needsUser }
  },
)
