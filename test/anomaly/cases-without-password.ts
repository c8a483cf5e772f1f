// Cases of users who have no password: a sign-in that goes on from a sign-up, and a first password.
import { ATTEMPT_COUNTED } from './cases-factors.js'
import { attributes, makePlace, NEW_PASSWORD, newName, type Place } from './people.js'
import { type Rig, textAt } from './rig.js'

const POOL = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } }
const CLIENT = { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }

/** A user who has signed up without a password, and the session of the confirmation. */
async function makeConfirmed(rig: Rig): Promise<Place & { readonly Session: string }> {
  const place = await makePlace(rig, POOL, CLIENT)
  const Username = newName()
  const { ClientId, UserPoolId } = place
  const UserAttributes = attributes({ email: `${Username}@example.com` })
  await rig.ok('SignUp', { ClientId, Username, UserAttributes })
  const ConfirmationCode = await rig.code(UserPoolId, Username)
  const confirmed = await rig.ok('ConfirmSignUp', { ClientId, Username, ConfirmationCode })
  return { ...place, Session: textAt(confirmed, 'Session') }
}

async function afterSignUp(rig: Rig) {
  const { ClientId, Session } = await makeConfirmed(rig)
  return { ClientId, AuthFlow: 'USER_AUTH', Session }
}

/** Of InitiateAuth. */
export const AFTER_SIGN_UP = {
  what: 'after a sign-up',
  prepare: afterSignUp,
  again: 'NotAuthorizedException',
  harmless: ATTEMPT_COUNTED,
}

/** Of ChangePassword. */
export const FIRST_PASSWORD = {
  what: 'a first password',
  prepare: async (rig: Rig) => {
    const signedIn = await rig.ok('InitiateAuth', await afterSignUp(rig))
    const AccessToken = textAt(signedIn, 'AuthenticationResult', 'AccessToken')
    return { AccessToken, ProposedPassword: NEW_PASSWORD }
  },
  again: 'NotAuthorizedException',
}
