// Sessions of users, of pools that track them.
import type { Case } from './cases.js'
import { makeNewPlace, makeUser, type Place, passwordSignIn, type SignedIn } from './people.js'
import { type Rig, textAt } from './rig.js'

const tracking = (UserPoolId: string) => ({
  UserPoolId,
  UserSessionTracking: 'ENABLED',
  TokenSession: { MaxPerUser: 20 },
})

/** A pool that tracks sessions. */
async function makeTrackingPlace(rig: Rig): Promise<Place> {
  const place = await makeNewPlace(rig)
  await rig.ok('SetUserPoolSessionConfiguration', tracking(place.UserPoolId))
  return place
}

/** A user with two sessions: that of the token, and another one. */
async function makeTwoSessions(
  rig: Rig,
): Promise<Omit<SignedIn, 'RefreshToken'> & { readonly SessionId: string }> {
  const person = await makeUser(rig, await makeTrackingPlace(rig))
  await rig.ok('InitiateAuth', passwordSignIn(person))
  const signedIn = await rig.ok('InitiateAuth', passwordSignIn(person))
  const AccessToken = textAt(signedIn, 'AuthenticationResult', 'AccessToken')
  const { Sessions } = (await rig.ok('ListUserSessions', { AccessToken })) as {
    Sessions: { SessionId: string; IsCurrentSession: boolean }[]
  }
  const other = Sessions.find(({ IsCurrentSession }) => !IsCurrentSession)
  return { ...person, AccessToken, SessionId: other?.SessionId ?? '' }
}

const ABSENT = 'ResourceNotFoundException'

export const SESSION_CASES: Readonly<Record<string, Case>> = {
  ListUserSessions: 'reads',
  AdminListUserSessions: 'reads',
  GetUserPoolSessionConfiguration: 'reads',
  GetUserPoolClientSessionConfiguration: 'reads',
  SetUserPoolSessionConfiguration: [
    { prepare: async (rig) => tracking((await makeNewPlace(rig)).UserPoolId) },
  ],
  SetUserPoolClientSessionConfiguration: [
    {
      prepare: async (rig) => ({
        ...(await makeTrackingPlace(rig)),
        SSOSession: { MaxValidityMinutes: 5 },
      }),
    },
  ],
  RevokeUserSession: [
    {
      prepare: async (rig) => {
        const { AccessToken, SessionId } = await makeTwoSessions(rig)
        return { AccessToken, SessionId }
      },
      again: ABSENT,
    },
  ],
  AdminRevokeUserSession: [
    {
      prepare: async (rig) => {
        const { UserPoolId, Username, SessionId } = await makeTwoSessions(rig)
        return { UserPoolId, Username, SessionId }
      },
      again: ABSENT,
    },
  ],
}
