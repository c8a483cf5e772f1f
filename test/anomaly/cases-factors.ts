// Second factors: what users set up, what they choose, and sign-ins that ask for them.
import { required } from '#base/assert.js'
import { totpCode } from '#test/support/totp.js'
import type { Case } from './cases.js'
import {
  COUNTED,
  makePlace,
  makeUser,
  type Person,
  type Place,
  passwordSignIn,
  type SignedIn,
  signIn,
} from './people.js'
import { type Rig, textAt } from './rig.js'

const NOT_AUTHORIZED = 'NotAuthorizedException'
const TOKENS = { SoftwareTokenMfaConfiguration: { Enabled: true } }
const ON = { Enabled: true, PreferredMfa: true }

export async function makeFactorPlace(rig: Rig, MfaConfiguration: string): Promise<Place> {
  const place = await makePlace(rig, { PoolName: `factors-${MfaConfiguration}` })
  await rig.ok('SetUserPoolMfaConfig', {
    UserPoolId: place.UserPoolId,
    MfaConfiguration,
    ...TOKENS,
    SmsMfaConfiguration: {
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    },
  })
  return place
}

export async function makeFactorUser(rig: Rig): Promise<Person> {
  return makeUser(rig, await makeFactorPlace(rig, 'OPTIONAL'))
}

/** A signed-in user with an app, and the app's secret. */
export async function makeAppUser(rig: Rig): Promise<SignedIn & { readonly secret: string }> {
  const person = await signIn(rig, await makeFactorUser(rig))
  const { AccessToken, UserPoolId, Username } = person
  const secret = await associate(rig, { AccessToken })
  await rig.ok('VerifySoftwareToken', { AccessToken, UserCode: totpCode(secret, -1) })
  const named = { UserPoolId, Username }
  await rig.ok('AdminSetUserMFAPreference', { ...named, SoftwareTokenMfaSettings: ON })
  return { ...person, secret }
}

async function associate(rig: Rig, by: object): Promise<string> {
  return textAt(await rig.ok('AssociateSoftwareToken', by), 'SecretCode')
}

async function makeSetupSession(rig: Rig): Promise<Person & { readonly Session: string }> {
  const person = await makeUser(rig, await makeFactorPlace(rig, 'ON'))
  const { Session } = await rig.ok('InitiateAuth', passwordSignIn(person))
  return { ...person, Session: required(Session as string | undefined, 'session') }
}

const named = ({ UserPoolId, Username }: Person) => ({ UserPoolId, Username })

/** A user with a number for SMS, by the code of which the user signs in. */
export async function makeTexter(rig: Rig): Promise<Person> {
  const person = await makeFactorUser(rig)
  const phone = { Name: 'phone_number', Value: '+12065550100' }
  await rig.ok('AdminUpdateUserAttributes', { ...named(person), UserAttributes: [phone] })
  await rig.ok('AdminSetUserMFAPreference', { ...named(person), SMSMfaSettings: ON })
  return person
}

export const ATTEMPT_COUNTED = {
  changes: ['used_sessions: row added'],
  because: 'a session bears five attempts, and the code is still good',
}

export const FACTOR_CASES: Readonly<Record<string, Case>> = {
  AdminGetUserAuthFactors: 'reads',
  GetUserAuthFactors: 'reads',
  AssociateSoftwareToken: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await signIn(rig, await makeFactorUser(rig))
        return { AccessToken }
      },
    },
  ],
  VerifySoftwareToken: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await signIn(rig, await makeFactorUser(rig))
        return { AccessToken, UserCode: totpCode(await associate(rig, { AccessToken })) }
      },
      again: 'SoftwareTokenMFANotFoundException',
    },
    {
      what: 'in a sign-in',
      prepare: async (rig) => {
        const { Session } = await makeSetupSession(rig)
        const associated = await rig.ok('AssociateSoftwareToken', { Session })
        const UserCode = totpCode(textAt(associated, 'SecretCode'))
        return { Session: textAt(associated, 'Session'), UserCode }
      },
      again: NOT_AUTHORIZED,
      harmless: ATTEMPT_COUNTED,
    },
  ],
  AdminDeleteSoftwareToken: [{ prepare: async (rig) => named(await makeAppUser(rig)) }],
  SetUserMFAPreference: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await makeAppUser(rig)
        return { AccessToken, SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: false } }
      },
    },
  ],
  AdminSetUserMFAPreference: [
    {
      prepare: async (rig) => {
        const settings = { SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false } }
        return { ...named(await makeAppUser(rig)), ...settings }
      },
    },
  ],
  SetUserSettings: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await signIn(rig, await makeFactorUser(rig))
        return { AccessToken, MFAOptions: [] }
      },
    },
  ],
  AdminSetUserSettings: [
    {
      prepare: async (rig) => {
        const MFAOptions = [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }]
        return { ...named(await makeTexter(rig)), MFAOptions }
      },
    },
  ],
}

/** Sign-ins with a second factor, of InitiateAuth and RespondToAuthChallenge. */
export const SENT_CODE_SIGN_IN = {
  what: 'a code by SMS',
  prepare: async (rig: Rig) => passwordSignIn(await makeTexter(rig)),
  harmless: COUNTED,
}

export const APP_CODE_RESPONSE = {
  what: 'a code of an app',
  prepare: async (rig: Rig) => {
    const person = await makeAppUser(rig)
    const { Session } = await rig.ok('InitiateAuth', passwordSignIn(person))
    const { ClientId, Username: USERNAME, secret } = person
    return {
      ClientId,
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      Session,
      ChallengeResponses: { USERNAME, SOFTWARE_TOKEN_MFA_CODE: totpCode(secret) },
    }
  },
  again: 'ExpiredCodeException',
  harmless: ATTEMPT_COUNTED,
}

export const SENT_CODE_RESPONSE = {
  what: 'a code by SMS',
  prepare: async (rig: Rig) => {
    const person = await makeTexter(rig)
    const { Session } = await rig.ok('InitiateAuth', passwordSignIn(person))
    const { ClientId, UserPoolId, Username: USERNAME } = person
    const SMS_MFA_CODE = await rig.code(UserPoolId, USERNAME)
    const ChallengeResponses = { USERNAME, SMS_MFA_CODE }
    return { ClientId, ChallengeName: 'SMS_MFA', Session, ChallengeResponses }
  },
  again: 'NotAuthorizedException',
  harmless: ATTEMPT_COUNTED,
}
