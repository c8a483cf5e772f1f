// Errors of the operations of devices.
import { confirmation, makeConfirmed } from '../../anomaly/cases-devices.js'
import { makePlace, makeSignedIn, makeUser } from '../../anomaly/people.js'
import type { Rig } from '../../anomaly/rig.js'
import type { ErrorCase } from './error-case.js'

const UNTRACKED = 'The user pool does not track devices.'
const DeviceKey = 'us-west-2_00000000-0000-4000-8000-000000000000'
const STATUS = { DeviceRememberedStatus: 'remembered' }

/** A call by a signed-in user, of a pool that tracks no devices. */
const byUser = (more: object): ErrorCase => ({
  message: UNTRACKED,
  prepare: async (rig: Rig) => ({ AccessToken: (await makeSignedIn(rig)).AccessToken, ...more }),
})

/** A call by an administrator, of a pool that tracks no devices. */
const byAdmin = (more: object): ErrorCase => ({
  message: UNTRACKED,
  prepare: async (rig: Rig) => {
    const { UserPoolId, Username } = await makeUser(rig, await makePlace(rig))
    return { UserPoolId, Username, ...more }
  },
})

export const DEVICE_ERROR_CASES: Readonly<Record<string, ErrorCase>> = {
  'AdminForgetDevice InvalidUserPoolConfigurationException': byAdmin({ DeviceKey }),
  'AdminGetDevice InvalidUserPoolConfigurationException': byAdmin({ DeviceKey }),
  'AdminListDevices InvalidUserPoolConfigurationException': byAdmin({}),
  'AdminUpdateDeviceStatus InvalidUserPoolConfigurationException': byAdmin({
    DeviceKey,
    ...STATUS,
  }),
  'ConfirmDevice InvalidUserPoolConfigurationException': byUser({ DeviceKey }),
  'ForgetDevice InvalidUserPoolConfigurationException': byUser({ DeviceKey }),
  'GetDevice InvalidUserPoolConfigurationException': byUser({ DeviceKey }),
  'ListDevices InvalidUserPoolConfigurationException': byUser({}),
  'UpdateDeviceStatus InvalidUserPoolConfigurationException': byUser({ DeviceKey, ...STATUS }),
  'ConfirmDevice DeviceKeyExistsException': {
    message: 'Device already exists.',
    prepare: async (rig) => confirmation(await makeConfirmed(rig)),
  },
}
