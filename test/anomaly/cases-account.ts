// What people do with their own accounts.
import type { Case } from './cases.js'
import { FIRST_PASSWORD } from './cases-without-password.js'
import {
  attributes,
  COUNTED,
  makePlace,
  makeSignedIn,
  makeUser,
  NEW_PASSWORD,
  newName,
  PASSWORD,
  signUp,
} from './people.js'

const BY_TOKEN = 'NotAuthorizedException'

export const ACCOUNT_CASES: Readonly<Record<string, Case>> = {
  GetUser: 'reads',
  SignUp: [
    {
      prepare: async (rig) => {
        const { ClientId } = await makePlace(rig)
        const UserAttributes = attributes({ email: `${newName()}@example.com` })
        return { ClientId, Username: newName(), Password: PASSWORD, UserAttributes }
      },
      again: 'UsernameExistsException',
    },
  ],
  ConfirmSignUp: [
    {
      what: 'forced',
      prepare: async (rig) => {
        const place = await makePlace(rig, { AliasAttributes: ['email'] })
        const email = `${newName()}@example.com`
        const holder = await signUp(rig, place, email)
        await rig.ok('ConfirmSignUp', {
          ClientId: place.ClientId,
          Username: holder.Username,
          ConfirmationCode: await rig.code(place.UserPoolId, holder.Username),
        })
        const { Username } = await signUp(rig, place, email)
        const ConfirmationCode = await rig.code(place.UserPoolId, Username)
        const { ClientId } = place
        return { ClientId, Username, ConfirmationCode, ForceAliasCreation: true }
      },
      again: BY_TOKEN,
    },
    {
      what: 'hidden',
      prepare: async (rig) => {
        const place = await makePlace(rig, {}, { PreventUserExistenceErrors: 'ENABLED' })
        const { ClientId, Username } = await signUp(rig, place)
        const ConfirmationCode = await rig.code(place.UserPoolId, Username)
        return { ClientId, Username, ConfirmationCode }
      },
      again: 'CodeMismatchException',
    },
    {
      what: 'wrong code',
      prepare: async (rig) => {
        const { ClientId, Username } = await signUp(rig, await makePlace(rig))
        return { ClientId, Username, ConfirmationCode: 'wrong' }
      },
      ends: 'CodeMismatchException',
    },
  ],
  ResendConfirmationCode: [
    {
      prepare: async (rig) => {
        const { ClientId, Username } = await signUp(rig, await makePlace(rig))
        return { ClientId, Username }
      },
      harmless: COUNTED,
    },
    {
      what: 'nobody',
      prepare: async (rig) => {
        const { ClientId } = await makePlace(rig, {}, { PreventUserExistenceErrors: 'ENABLED' })
        return { ClientId, Username: newName() }
      },
      harmless: COUNTED,
    },
  ],
  ForgotPassword: [
    {
      prepare: async (rig) => {
        const { ClientId, Username } = await makeUser(rig, await makePlace(rig))
        return { ClientId, Username }
      },
      harmless: COUNTED,
    },
  ],
  ConfirmForgotPassword: [
    {
      prepare: async (rig) => {
        const { ClientId, Username, UserPoolId } = await makeUser(rig, await makePlace(rig))
        await rig.ok('ForgotPassword', { ClientId, Username })
        const ConfirmationCode = await rig.code(UserPoolId, Username)
        return { ClientId, Username, ConfirmationCode, Password: NEW_PASSWORD }
      },
      again: 'ExpiredCodeException',
    },
  ],
  ChangePassword: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await makeSignedIn(rig)
        return { AccessToken, PreviousPassword: PASSWORD, ProposedPassword: NEW_PASSWORD }
      },
      again: BY_TOKEN,
    },
    {
      what: 'wrong password',
      prepare: async (rig) => {
        const { AccessToken } = await makeSignedIn(rig)
        return { AccessToken, PreviousPassword: 'Wrong-1', ProposedPassword: NEW_PASSWORD }
      },
      ends: BY_TOKEN,
    },
    FIRST_PASSWORD,
  ],
  UpdateUserAttributes: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await makeSignedIn(rig)
        const UserAttributes = attributes({ email: `${newName()}@example.com`, nickname: 'M' })
        return { AccessToken, UserAttributes }
      },
      harmless: COUNTED,
    },
  ],
  DeleteUserAttributes: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await makeSignedIn(rig)
        return { AccessToken, UserAttributeNames: ['email'] }
      },
    },
  ],
  GetUserAttributeVerificationCode: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await makeSignedIn(rig)
        return { AccessToken, AttributeName: 'email' }
      },
      harmless: COUNTED,
    },
  ],
  VerifyUserAttribute: [
    {
      prepare: async (rig) => {
        const { AccessToken, UserPoolId, Username } = await makeSignedIn(rig)
        const UserAttributes = attributes({ email: `${newName()}@example.com` })
        await rig.ok('UpdateUserAttributes', { AccessToken, UserAttributes })
        const Code = await rig.code(UserPoolId, Username)
        return { AccessToken, AttributeName: 'email', Code }
      },
      again: 'ExpiredCodeException',
    },
  ],
  DeleteUser: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await makeSignedIn(rig)
        return { AccessToken }
      },
      again: 'UserNotFoundException',
    },
  ],
}
