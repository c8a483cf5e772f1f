// Passkeys, and sign-ins with them.
import { required } from '#base/assert.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import type { Case } from './cases.js'
import { makePlace, makeUser, type Place, type SignedIn, signIn } from './people.js'
import { type Rig, textAt } from './rig.js'

const ORIGIN = 'https://auth.example.com'

export async function makePasskeyPlace(rig: Rig): Promise<Place> {
  const place = await makePlace(
    rig,
    {
      PoolName: 'passkeys',
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
    },
    { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH'] },
  )
  await rig.ok('SetUserPoolMfaConfig', {
    UserPoolId: place.UserPoolId,
    MfaConfiguration: 'OFF',
    WebAuthnConfiguration: { RelyingPartyId: 'auth.example.com' },
  })
  return place
}

async function makeRegistration(rig: Rig) {
  const person = await signIn(rig, await makeUser(rig, await makePasskeyPlace(rig)))
  const { AccessToken } = person
  const started = await rig.ok('StartWebAuthnRegistration', { AccessToken })
  const authenticator = new SoftwareAuthenticator({ origin: ORIGIN })
  const Credential = authenticator.create(started['CredentialCreationOptions'])
  return { person, authenticator, input: { AccessToken, Credential } }
}

async function makeHolder(
  rig: Rig,
): Promise<SignedIn & { readonly authenticator: SoftwareAuthenticator }> {
  const { person, authenticator, input } = await makeRegistration(rig)
  await rig.ok('CompleteWebAuthnRegistration', input)
  return { ...person, authenticator }
}

const begin = ({ ClientId, Username }: SignedIn) => ({
  ClientId,
  AuthFlow: 'USER_AUTH',
  AuthParameters: { USERNAME: Username, PREFERRED_CHALLENGE: 'WEB_AUTHN' },
})

const CHALLENGE_TAKEN = {
  changes: ['used_sessions: row added'],
  because: 'a challenge registers one passkey, and the registration begins again',
}
const ATTEMPT_COUNTED = {
  changes: ['used_sessions: row added'],
  because: 'a session bears five attempts, and the response is still good',
}

export const PASSKEY_CASES: Readonly<Record<string, Case>> = {
  StartWebAuthnRegistration: 'reads',
  ListWebAuthnCredentials: 'reads',
  CompleteWebAuthnRegistration: [
    {
      prepare: async (rig) => (await makeRegistration(rig)).input,
      again: 'WebAuthnChallengeNotFoundException',
      harmless: CHALLENGE_TAKEN,
    },
  ],
  DeleteWebAuthnCredential: [
    {
      prepare: async (rig) => {
        const { AccessToken, authenticator } = await makeHolder(rig)
        return { AccessToken, CredentialId: authenticator.id.toString('base64url') }
      },
      again: 'ResourceNotFoundException',
    },
  ],
}

/** A response to WEB_AUTHN. */
export const PASSKEY_RESPONSE = {
  what: 'a passkey',
  prepare: async (rig: Rig) => {
    const holder = await makeHolder(rig)
    const challenge = await rig.ok('InitiateAuth', begin(holder))
    const options = textAt(challenge, 'ChallengeParameters', 'CREDENTIAL_REQUEST_OPTIONS')
    const CREDENTIAL = holder.authenticator.get(options)
    return {
      ClientId: holder.ClientId,
      ChallengeName: 'WEB_AUTHN',
      Session: required(challenge['Session'] as string | undefined, 'session'),
      ChallengeResponses: { USERNAME: holder.Username, CREDENTIAL },
    }
  },
  again: 'NotAuthorizedException',
  harmless: ATTEMPT_COUNTED,
}
