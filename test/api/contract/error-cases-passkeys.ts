// Errors of the operations of passkeys.
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { makePasskeyPlace } from '../../anomaly/cases-passkeys.js'
import { makePlace, makeUser, type SignedIn, signIn } from '../../anomaly/people.js'
import { type Rig, textAt } from '../../anomaly/rig.js'
import type { ErrorCase } from './error-case.js'

const ORIGIN = 'https://auth.example.com'
const PASSKEYS_MAX = 20
const NOT_ENABLED = 'Passkeys are not enabled for the user pool.'
const PASSKEYS = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } }

const makeRegistrant = async (rig: Rig) =>
  signIn(rig, await makeUser(rig, await makePasskeyPlace(rig)))

async function start(rig: Rig, { AccessToken }: Pick<SignedIn, 'AccessToken'>) {
  return (await rig.ok('StartWebAuthnRegistration', { AccessToken }))['CredentialCreationOptions']
}

/** A registration with something wrong in it. */
const registration =
  (
    change: { readonly rpId?: string; readonly challenge?: string },
    authenticator: Partial<ConstructorParameters<typeof SoftwareAuthenticator>[0]> = {},
  ) =>
  async (rig: Rig) => {
    const person = await makeRegistrant(rig)
    const made = new SoftwareAuthenticator({ origin: ORIGIN, ...authenticator })
    const Credential = made.create(await start(rig, person), change)
    return { AccessToken: person.AccessToken, Credential }
  }

/** One app begins the registration, and another one ends it, for the session of the first. */
async function ofAnotherClient(rig: Rig) {
  const person = await makeRegistrant(rig)
  const created = await rig.ok('CreateUserPoolClient', {
    UserPoolId: person.UserPoolId,
    ClientName: 'another',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
  })
  const ClientId = textAt(created, 'UserPoolClient', 'ClientId')
  const { AccessToken } = await signIn(rig, { ...person, ClientId })
  const options = await start(rig, person)
  return { AccessToken, Credential: new SoftwareAuthenticator({ origin: ORIGIN }).create(options) }
}

async function oneTooMany(rig: Rig) {
  const person = await makeRegistrant(rig)
  const { AccessToken } = person
  const make = async () => {
    const authenticator = new SoftwareAuthenticator({ origin: ORIGIN })
    return { AccessToken, Credential: authenticator.create(await start(rig, person)) }
  }
  for (let n = 0; n < PASSKEYS_MAX; n += 1) {
    await rig.ok('CompleteWebAuthnRegistration', await make())
  }
  return make()
}

/** The pool takes no passkeys any more when the registration ends. */
async function disabledMeanwhile(rig: Rig) {
  const place = await makePlace(rig, { PoolName: 'passkeys no more', Policies: PASSKEYS })
  await rig.ok('SetUserPoolMfaConfig', {
    UserPoolId: place.UserPoolId,
    MfaConfiguration: 'OFF',
    WebAuthnConfiguration: { RelyingPartyId: 'auth.example.com' },
  })
  const person = await signIn(rig, await makeUser(rig, place))
  const Credential = new SoftwareAuthenticator({ origin: ORIGIN }).create(await start(rig, person))
  const SignInPolicy = { AllowedFirstAuthFactors: ['PASSWORD'] }
  await rig.ok('UpdateUserPool', { UserPoolId: place.UserPoolId, Policies: { SignInPolicy } })
  return { AccessToken: person.AccessToken, Credential }
}

export const PASSKEY_ERROR_CASES: Readonly<Record<string, ErrorCase>> = {
  'StartWebAuthnRegistration WebAuthnNotEnabledException': {
    message: NOT_ENABLED,
    prepare: async (rig) => {
      const { AccessToken } = await signIn(rig, await makeUser(rig, await makePlace(rig)))
      return { AccessToken }
    },
  },
  'StartWebAuthnRegistration WebAuthnConfigurationMissingException': {
    message: 'The user pool has neither a relying party ID nor a domain.',
    prepare: async (rig) => {
      const place = await makePlace(rig, { PoolName: 'no relying party', Policies: PASSKEYS })
      const { AccessToken } = await signIn(rig, await makeUser(rig, place))
      return { AccessToken }
    },
  },
  'CompleteWebAuthnRegistration LimitExceededException': {
    message: 'A user can have 20 passkeys at most.',
    prepare: oneTooMany,
  },
  'CompleteWebAuthnRegistration WebAuthnChallengeNotFoundException': {
    message: 'No registration of a passkey is under way with this challenge.',
    prepare: registration({ challenge: 'AAAA' }),
  },
  'CompleteWebAuthnRegistration WebAuthnClientMismatchException': {
    message: 'The registration was begun by another app client.',
    prepare: ofAnotherClient,
  },
  'CompleteWebAuthnRegistration WebAuthnCredentialNotSupportedException': {
    message: 'The credential is not supported.',
    prepare: registration({}, { algorithm: 'ES384' }),
  },
  'CompleteWebAuthnRegistration WebAuthnNotEnabledException': {
    message: NOT_ENABLED,
    prepare: disabledMeanwhile,
  },
  'CompleteWebAuthnRegistration WebAuthnOriginNotAllowedException': {
    message: 'The origin of the credential is not the relying party’s.',
    prepare: registration({}, { origin: 'https://evil.example' }),
  },
  'CompleteWebAuthnRegistration WebAuthnRelyingPartyMismatchException': {
    message: 'The credential is of another relying party.',
    prepare: registration({ rpId: 'evil.example' }),
  },
}
