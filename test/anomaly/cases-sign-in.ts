// Sign-ins and what becomes of their sessions.
import { required } from '#base/assert.js'
import { SrpClient } from '#test/support/srp-client.js'
import type { Case } from './cases.js'
import { RIDDLE_RESPONSE } from './cases-custom-auth.js'
import { APP_CODE_RESPONSE, SENT_CODE_RESPONSE, SENT_CODE_SIGN_IN } from './cases-factors.js'
import { PASSKEY_RESPONSE } from './cases-passkeys.js'
import { AFTER_SIGN_UP } from './cases-without-password.js'
import {
  inviteUser,
  makePlace,
  makeSignedIn,
  makeUser,
  NEW_PASSWORD,
  PASSWORD,
  type Person,
  passwordSignIn,
  signIn,
} from './people.js'
import { type Output, type Rig, textAt } from './rig.js'

const REFUSED = 'NotAuthorizedException'

/** A user who has failed once: the right password then writes that it was right. */
async function makeFailed(rig: Rig): Promise<Person> {
  const person = await makeUser(rig, await makePlace(rig))
  await rig.call('InitiateAuth', passwordSignIn(person, 'Wrong-password-1'))
  return person
}

const asAdmin = ({ UserPoolId, ClientId, Username }: Person) => ({
  UserPoolId,
  ClientId,
  AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
  AuthParameters: { USERNAME: Username, PASSWORD },
})

const newPassword = ({ Username }: Person, { Session }: Output) => ({
  ChallengeName: 'NEW_PASSWORD_REQUIRED',
  Session,
  ChallengeResponses: { USERNAME: Username, NEW_PASSWORD },
})

async function srpProof(rig: Rig, { ClientId, UserPoolId, Username }: Person) {
  const srp = new SrpClient()
  const challenge = await rig.ok('InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_SRP_AUTH',
    AuthParameters: { USERNAME: Username, SRP_A: srp.publicA },
  })
  const given = (name: string) => textAt(challenge, 'ChallengeParameters', name)
  const timestamp = srpTimestamp()
  const claim = {
    poolId: UserPoolId,
    userId: given('USER_ID_FOR_SRP'),
    password: PASSWORD,
    salt: given('SALT'),
    publicB: given('SRP_B'),
    secretBlock: given('SECRET_BLOCK'),
    timestamp,
  }
  return {
    ClientId,
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeResponses: {
      USERNAME: Username,
      PASSWORD_CLAIM_SECRET_BLOCK: given('SECRET_BLOCK'),
      PASSWORD_CLAIM_SIGNATURE: srp.sign(claim),
      TIMESTAMP: timestamp,
    },
  }
}

/** `Thu Jan 1 00:00:00 UTC 2026`. */
function srpTimestamp(): string {
  const [weekday, day, month, year, time] = required(new Date().toUTCString(), 'now').split(/,? /)
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`
}

const SESSION_TAKEN = {
  changes: ['used_sessions: row added'],
  because: 'a session is one guess, and the sign-in begins again with the same password',
}

export const SIGN_IN_CASES: Readonly<Record<string, Case>> = {
  InitiateAuth: [
    { prepare: async (rig) => passwordSignIn(await makeFailed(rig)) },
    {
      what: 'wrong password',
      prepare: async (rig) =>
        passwordSignIn(await makeUser(rig, await makePlace(rig)), 'Wrong-password-1'),
      ends: REFUSED,
    },
    SENT_CODE_SIGN_IN,
    AFTER_SIGN_UP,
  ],
  AdminInitiateAuth: [{ prepare: async (rig) => asAdmin(await makeFailed(rig)) }],
  RespondToAuthChallenge: [
    {
      what: 'new password',
      prepare: async (rig) => {
        const person = await inviteUser(rig, await makePlace(rig))
        const challenge = await rig.ok('InitiateAuth', passwordSignIn(person))
        return { ClientId: person.ClientId, ...newPassword(person, challenge) }
      },
      again: REFUSED,
    },
    {
      what: 'proof by SRP',
      prepare: async (rig) => srpProof(rig, await makeFailed(rig)),
      again: REFUSED,
      harmless: SESSION_TAKEN,
    },
    APP_CODE_RESPONSE,
    SENT_CODE_RESPONSE,
    PASSKEY_RESPONSE,
    { ...RIDDLE_RESPONSE, harmless: SESSION_TAKEN },
  ],
  AdminRespondToAuthChallenge: [
    {
      prepare: async (rig) => {
        const person = await inviteUser(rig, await makePlace(rig))
        const challenge = await rig.ok('AdminInitiateAuth', asAdmin(person))
        const { UserPoolId, ClientId } = person
        return { UserPoolId, ClientId, ...newPassword(person, challenge) }
      },
      again: REFUSED,
    },
  ],
  GetTokensFromRefreshToken: [
    {
      prepare: async (rig) => {
        const RefreshTokenRotation = { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 }
        const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH']
        const place = await makePlace(rig, {}, { RefreshTokenRotation, ExplicitAuthFlows })
        const { ClientId, RefreshToken } = await signIn(rig, await makeUser(rig, place))
        return { ClientId, RefreshToken }
      },
      again: 'RefreshTokenReuseException',
    },
  ],
  GlobalSignOut: [
    {
      prepare: async (rig) => {
        const { AccessToken } = await makeSignedIn(rig)
        return { AccessToken }
      },
      again: REFUSED,
    },
  ],
  GetClientToken: 'reads',
  RevokeToken: [
    {
      prepare: async (rig) => {
        const { ClientId, RefreshToken } = await makeSignedIn(rig)
        return { ClientId, Token: RefreshToken }
      },
    },
  ],
}
