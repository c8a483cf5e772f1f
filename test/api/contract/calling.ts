// Inputs of operations that call functions of the customer only then.
import { attributes, makePlace, makeUser, newName } from '../../anomaly/people.js'
import type { Rig } from '../../anomaly/rig.js'

/** Pools where a new address counts when its code came back. */
export const VERIFIED_FIRST = {
  AliasAttributes: ['email'],
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
}

/** By operation. */
export const CALLING: Readonly<Record<string, (rig: Rig) => Promise<object>>> = {
  AdminUpdateUserAttributes: async (rig) => {
    const { UserPoolId, Username } = await makeUser(rig, await makePlace(rig, VERIFIED_FIRST))
    const UserAttributes = attributes({ email: `${newName()}@example.com` })
    return { UserPoolId, Username, UserAttributes }
  },
}
