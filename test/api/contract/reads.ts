// Inputs of operations that only read and need more than what every pool of the stage has.
import { makePasskeyPlace } from '../../anomaly/cases-passkeys.js'
import { makeUser, signIn } from '../../anomaly/people.js'
import type { Rig } from '../../anomaly/rig.js'

type Prepare = (rig: Rig) => Promise<object>

export const READS: Readonly<Record<string, Prepare>> = {
  StartWebAuthnRegistration: async (rig) => {
    const { AccessToken } = await signIn(rig, await makeUser(rig, await makePasskeyPlace(rig)))
    return { AccessToken }
  },
}
