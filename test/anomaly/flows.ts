// Sign-ins of several steps, and others that go step by step, each as the calls that it takes. A
// step makes its call from what the steps before it were responded.
import { randomBytes } from 'node:crypto'
import { createVerifier } from '#domain/credential/srp.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import { totpCode } from '#test/support/totp.js'
import { makeFactorPlace, makeTexter } from './cases-factors.js'
import { makePasskeyPlace } from './cases-passkeys.js'
import {
  inviteUser,
  makePlace,
  makeUser,
  NEW_PASSWORD,
  PASSWORD,
  type Person,
  passwordSignIn,
  signIn,
} from './people.js'
import { ANSWER } from './riddle.js'
import { type Output, type Rig, textAt } from './rig.js'

export interface Call {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
}

/** Somebody who goes through a flow, with what is needed for it. */
export interface Traveller extends Person {
  readonly srp: SrpClient
  readonly device?: { readonly key: string; readonly groupKey: string; readonly password: string }
  readonly authenticator?: SoftwareAuthenticator
  readonly AccessToken?: string
}

/** Makes the call of a step from the responses to the ones before, the first one first. */
export type Step = (rig: Rig, who: Traveller, before: readonly Output[]) => Promise<Call> | Call

export interface Flow {
  readonly prepare: (rig: Rig) => Promise<Traveller>
  readonly steps: readonly Step[]
}

const lastOf = (before: readonly Output[]) => before.at(-1) ?? {}
const sessionOf = (before: readonly Output[]) => textAt(lastOf(before), 'Session')
const travel = (person: Person): Traveller => ({
  ...person,
  srp: new SrpClient(BigInt(`0x${randomBytes(32).toString('hex')}`)),
})

function begin(AuthFlow: string, parametersOf: (who: Traveller) => object): Step {
  return (_, who) => ({
    operation: 'InitiateAuth',
    input: {
      ClientId: who.ClientId,
      AuthFlow,
      AuthParameters: { USERNAME: who.Username, ...parametersOf(who) },
    },
  })
}

/** A response to the challenge that came last, in its session. */
function respond(
  name: string,
  responsesOf: (rig: Rig, who: Traveller, before: readonly Output[]) => object | Promise<object>,
): Step {
  return async (rig, who, before) => ({
    operation: 'RespondToAuthChallenge',
    input: {
      ClientId: who.ClientId,
      ChallengeName: name,
      Session: sessionOf(before),
      ChallengeResponses: { USERNAME: who.Username, ...(await responsesOf(rig, who, before)) },
    },
  })
}

const choose = (name: string, brought: object = {}) =>
  respond('SELECT_CHALLENGE', () => ({ ANSWER: name, ...brought }))
const sentCode = (name: string) =>
  respond(name, async (rig, { UserPoolId, Username }) => ({
    [`${name}_CODE`]: await rig.code(UserPoolId, Username),
  }))
const byPassword = begin('USER_PASSWORD_AUTH', () => ({ PASSWORD }))

/** The proof of SRP of a user, or of a device. */
const proof = (name: string, ownOf: (who: Traveller) => Identity): Step =>
  respond(name, (_, who, before) => {
    const { more, ...own } = ownOf(who)
    const given = (key: string) => textAt(lastOf(before), 'ChallengeParameters', key)
    const timestamp = timestampOf(new Date())
    const secretBlock = given('SECRET_BLOCK')
    const claim = { ...own, salt: given('SALT'), publicB: given('SRP_B'), secretBlock, timestamp }
    return {
      ...more,
      PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
      PASSWORD_CLAIM_SIGNATURE: who.srp.sign(claim),
      TIMESTAMP: timestamp,
    }
  })

interface Identity {
  readonly poolId: string
  readonly userId: string
  readonly password: string
  readonly more?: object
}

const userProof = proof('PASSWORD_VERIFIER', ({ UserPoolId, Username }) => ({
  poolId: UserPoolId,
  userId: Username,
  password: PASSWORD,
}))

const deviceProof = proof('DEVICE_PASSWORD_VERIFIER', ({ device }) => ({
  poolId: device?.groupKey ?? '',
  userId: device?.key ?? '',
  password: device?.password ?? '',
  more: { DEVICE_KEY: device?.key },
}))

const beginSrp = (flow: string, more: object = {}) =>
  begin(flow, ({ srp }) => ({ SRP_A: srp.publicA, ...more }))

const passkey = respond('WEB_AUTHN', (_, { authenticator }, before) => {
  const options = textAt(lastOf(before), 'ChallengeParameters', 'CREDENTIAL_REQUEST_OPTIONS')
  return { CREDENTIAL: authenticator?.get(options) }
})

async function makeChooser(rig: Rig): Promise<Traveller> {
  const pool = {
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
  }
  const client = { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] }
  return travel(await makeUser(rig, await makePlace(rig, pool, client)))
}

/** A user who has two second factors and prefers none. */
async function makeSelector(rig: Rig): Promise<Traveller> {
  const person = await makeTexter(rig)
  const { UserPoolId, Username } = person
  const { AccessToken } = await signInBySms(rig, person)
  const secret = textAt(await rig.ok('AssociateSoftwareToken', { AccessToken }), 'SecretCode')
  await rig.ok('VerifySoftwareToken', { AccessToken, UserCode: totpCode(secret, -1) })
  const settings = { Enabled: true, PreferredMfa: false }
  await rig.ok('AdminSetUserMFAPreference', {
    UserPoolId,
    Username,
    SMSMfaSettings: settings,
    SoftwareTokenMfaSettings: settings,
  })
  return travel(person)
}

async function signInBySms(rig: Rig, person: Person) {
  const { Session } = await rig.ok('InitiateAuth', passwordSignIn(person))
  const { ClientId, UserPoolId, Username: USERNAME } = person
  const SMS_MFA_CODE = await rig.code(UserPoolId, USERNAME)
  const ChallengeResponses = { USERNAME, SMS_MFA_CODE }
  const response = { ClientId, ChallengeName: 'SMS_MFA', Session, ChallengeResponses }
  const output = await rig.ok('RespondToAuthChallenge', response)
  return { AccessToken: textAt(output, 'AuthenticationResult', 'AccessToken') }
}

/** A user with a remembered device. */
async function makeDeviceOwner(rig: Rig): Promise<Traveller> {
  const DeviceConfiguration = {
    ChallengeRequiredOnNewDevice: true,
    DeviceOnlyRememberedOnUserPrompt: false,
  }
  const client = { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_CUSTOM_AUTH'] }
  const place = await makePlace(rig, { DeviceConfiguration }, client)
  const person = await makeUser(rig, place)
  const signedIn = await rig.ok('InitiateAuth', passwordSignIn(person))
  const given = (...path: string[]) => textAt(signedIn, 'AuthenticationResult', ...path)
  const key = given('NewDeviceMetadata', 'DeviceKey')
  const groupKey = given('NewDeviceMetadata', 'DeviceGroupKey')
  const password = randomBytes(16).toString('base64')
  const own = { poolName: groupKey, userId: key, password, salt: randomBytes(16) }
  const { salt, verifier } = createVerifier(own)
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
  await rig.ok('ConfirmDevice', {
    AccessToken: given('AccessToken'),
    DeviceKey: key,
    DeviceSecretVerifierConfig: {
      PasswordVerifier: base64(verifier.padStart(768, '0')),
      Salt: base64(salt),
    },
  })
  return { ...travel(person), device: { key, groupKey, password } }
}

async function makeEnroller(rig: Rig): Promise<Traveller> {
  const person = await signIn(rig, await makeUser(rig, await makePasskeyPlace(rig)))
  const authenticator = new SoftwareAuthenticator({ origin: 'https://auth.example.com' })
  return { ...travel(person), AccessToken: person.AccessToken, authenticator }
}

async function makePasskeyHolder(rig: Rig): Promise<Traveller> {
  const who = await makeEnroller(rig)
  const { AccessToken, authenticator } = who
  const started = await rig.ok('StartWebAuthnRegistration', { AccessToken })
  const Credential = authenticator?.create(started['CredentialCreationOptions'])
  await rig.ok('CompleteWebAuthnRegistration', { AccessToken, Credential })
  return who
}

const deviceKeyOf = ({ device }: Traveller) => ({ DEVICE_KEY: device?.key })
const deviceSrp = respond('DEVICE_SRP_AUTH', (_, who) => ({
  ...deviceKeyOf(who),
  SRP_A: who.srp.publicA,
}))
const answer = respond('CUSTOM_CHALLENGE', () => ({ ANSWER }))

/** Sign-ins, which end in tokens. */
export const SIGN_INS: Readonly<Record<string, Flow>> = {
  'a choice, and a code by e-mail': {
    prepare: makeChooser,
    steps: [begin('USER_AUTH', () => ({})), choose('EMAIL_OTP'), sentCode('EMAIL_OTP')],
  },
  'a choice, and the password': {
    prepare: makeChooser,
    steps: [begin('USER_AUTH', () => ({})), choose('PASSWORD', { PASSWORD })],
  },
  'a choice, and SRP': {
    prepare: makeChooser,
    steps: [
      begin('USER_AUTH', () => ({})),
      respond('SELECT_CHALLENGE', (_, { srp }) => ({ ANSWER: 'PASSWORD_SRP', SRP_A: srp.publicA })),
      userProof,
    ],
  },
  'an app that is set up': {
    prepare: async (rig) => travel(await makeUser(rig, await makeFactorPlace(rig, 'ON'))),
    steps: [
      byPassword,
      (_, __, before) => ({
        operation: 'AssociateSoftwareToken',
        input: { Session: sessionOf(before) },
      }),
      (_, __, before) => {
        const UserCode = totpCode(textAt(lastOf(before), 'SecretCode'))
        return {
          operation: 'VerifySoftwareToken',
          input: { Session: sessionOf(before), UserCode },
        }
      },
      respond('MFA_SETUP', () => ({})),
    ],
  },
  'SRP, a choice of the second factor, and a code by SMS': {
    prepare: makeSelector,
    steps: [
      beginSrp('USER_SRP_AUTH'),
      userProof,
      respond('SELECT_MFA_TYPE', () => ({ ANSWER: 'SMS_MFA' })),
      sentCode('SMS_MFA'),
    ],
  },
  'a new password': {
    prepare: async (rig) => travel(await inviteUser(rig, await makePlace(rig))),
    steps: [byPassword, respond('NEW_PASSWORD_REQUIRED', () => ({ NEW_PASSWORD }))],
  },
  'the password, and a device': {
    prepare: makeDeviceOwner,
    steps: [
      begin('USER_PASSWORD_AUTH', (who) => ({ PASSWORD, ...deviceKeyOf(who) })),
      deviceSrp,
      deviceProof,
    ],
  },
  'a riddle': {
    prepare: makeDeviceOwner,
    steps: [begin('CUSTOM_AUTH', () => ({})), answer],
  },
  'SRP, a riddle, and a device': {
    prepare: makeDeviceOwner,
    steps: [
      begin('CUSTOM_AUTH', (who) => ({
        CHALLENGE_NAME: 'SRP_A',
        SRP_A: who.srp.publicA,
        ...deviceKeyOf(who),
      })),
      userProof,
      answer,
      deviceSrp,
      deviceProof,
    ],
  },
  'a passkey': {
    prepare: makePasskeyHolder,
    steps: [begin('USER_AUTH', () => ({ PREFERRED_CHALLENGE: 'WEB_AUTHN' })), passkey],
  },
}

/** A registration of a passkey, which ends in one. */
export const REGISTRATION: Flow = {
  prepare: makeEnroller,
  steps: [
    (_, { AccessToken }) => ({
      operation: 'StartWebAuthnRegistration',
      input: { AccessToken },
    }),
    (_, { AccessToken, authenticator }, before) => ({
      operation: 'CompleteWebAuthnRegistration',
      input: {
        AccessToken,
        Credential: authenticator?.create(lastOf(before)['CredentialCreationOptions']),
      },
    }),
  ],
}
