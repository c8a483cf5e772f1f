// Devices, and sign-ins with them.
import { randomBytes } from 'node:crypto'
import type { Case } from './cases.js'
import { makePlace, makeUser, type Person, passwordSignIn } from './people.js'
import { type Rig, textAt } from './rig.js'

const DeviceConfiguration = {
  ChallengeRequiredOnNewDevice: true,
  DeviceOnlyRememberedOnUserPrompt: false,
}

interface Holder extends Person {
  readonly AccessToken: string
  readonly DeviceKey: string
}

/** A user who has signed in on a device that is not confirmed yet. */
async function makeHolder(rig: Rig): Promise<Holder> {
  const person = await makeUser(rig, await makePlace(rig, { DeviceConfiguration }))
  const signedIn = await rig.ok('InitiateAuth', passwordSignIn(person))
  return {
    ...person,
    AccessToken: textAt(signedIn, 'AuthenticationResult', 'AccessToken'),
    DeviceKey: textAt(signedIn, 'AuthenticationResult', 'NewDeviceMetadata', 'DeviceKey'),
  }
}

export const confirmation = ({ AccessToken, DeviceKey }: Holder) => ({
  AccessToken,
  DeviceKey,
  DeviceSecretVerifierConfig: {
    PasswordVerifier: randomBytes(384).toString('base64'),
    Salt: randomBytes(16).toString('base64'),
  },
})

export async function makeConfirmed(rig: Rig): Promise<Holder> {
  const holder = await makeHolder(rig)
  await rig.ok('ConfirmDevice', confirmation(holder))
  return holder
}

const ABSENT = 'ResourceNotFoundException'

export const DEVICE_CASES: Readonly<Record<string, Case>> = {
  GetDevice: 'reads',
  ListDevices: 'reads',
  AdminGetDevice: 'reads',
  AdminListDevices: 'reads',
  ConfirmDevice: [
    {
      prepare: async (rig) => confirmation(await makeHolder(rig)),
      again: 'DeviceKeyExistsException',
    },
  ],
  UpdateDeviceStatus: [
    {
      prepare: async (rig) => {
        const { AccessToken, DeviceKey } = await makeConfirmed(rig)
        return { AccessToken, DeviceKey, DeviceRememberedStatus: 'not_remembered' }
      },
    },
  ],
  AdminUpdateDeviceStatus: [
    {
      prepare: async (rig) => {
        const { UserPoolId, Username, DeviceKey } = await makeConfirmed(rig)
        return { UserPoolId, Username, DeviceKey, DeviceRememberedStatus: 'not_remembered' }
      },
    },
  ],
  ForgetDevice: [
    {
      prepare: async (rig) => {
        const { AccessToken, DeviceKey } = await makeConfirmed(rig)
        return { AccessToken, DeviceKey }
      },
      again: ABSENT,
    },
  ],
  AdminForgetDevice: [
    {
      prepare: async (rig) => {
        const { UserPoolId, Username, DeviceKey } = await makeConfirmed(rig)
        return { UserPoolId, Username, DeviceKey }
      },
      again: ABSENT,
    },
  ],
}
