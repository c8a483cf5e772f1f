// Inputs of operations that only read and need more than what every pool of the stage has.
import { makeConfirmed } from '../../anomaly/cases-devices.js'
import { makeImportJob } from '../../anomaly/cases-imports.js'
import { makePasskeyPlace } from '../../anomaly/cases-passkeys.js'
import { makeEvent, makeProtectedPlace } from '../../anomaly/cases-risk.js'
import { makeMachine, makeUser, signIn } from '../../anomaly/people.js'
import type { Rig } from '../../anomaly/rig.js'

type Prepare = (rig: Rig) => Promise<object>

export const READS: Readonly<Record<string, Prepare>> = {
  GetDevice: async (rig) => {
    const { AccessToken, DeviceKey } = await makeConfirmed(rig)
    return { AccessToken, DeviceKey }
  },
  ListDevices: async (rig) => ({ AccessToken: (await makeConfirmed(rig)).AccessToken }),
  AdminGetDevice: async (rig) => {
    const { UserPoolId, Username, DeviceKey } = await makeConfirmed(rig)
    return { UserPoolId, Username, DeviceKey }
  },
  AdminListDevices: async (rig) => {
    const { UserPoolId, Username } = await makeConfirmed(rig)
    return { UserPoolId, Username }
  },
  DescribeRiskConfiguration: async (rig) => ({
    UserPoolId: (await makeProtectedPlace(rig)).UserPoolId,
  }),
  AdminListUserAuthEvents: async (rig) => {
    const { UserPoolId, Username } = await makeEvent(rig)
    return { UserPoolId, Username }
  },
  GetClientToken: makeMachine,
  GetProvisionedLimit: async () => ({
    LimitDefinition: { LimitClass: 'API_CATEGORY', Attributes: { Category: 'UserRead' } },
  }),
  DescribeUserImportJob: makeImportJob,
  StartWebAuthnRegistration: async (rig) => {
    const { AccessToken } = await signIn(rig, await makeUser(rig, await makePasskeyPlace(rig)))
    return { AccessToken }
  },
}
