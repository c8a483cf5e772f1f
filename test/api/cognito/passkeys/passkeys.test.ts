// Passkeys by an authenticator in software: registration, listing, sign-in and removal, and
// everything that must not work.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserAuthFactorsCommand,
  CompleteWebAuthnRegistrationCommand,
  CreateUserPoolDomainCommand,
  DeleteWebAuthnCredentialCommand,
  InitiateAuthCommand,
  ListWebAuthnCredentialsCommand,
  RespondToAuthChallengeCommand,
  SetUserPoolMfaConfigCommand,
  StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { failure, startTestApi, type TestApi } from '#test/support/test-api.js'
import {
  beginWithPasskey,
  completeRegistration,
  makePasskeyPool,
  ORIGIN,
  type PasskeyPlace,
  RELYING_PARTY,
  register,
  respondWithPasskey,
  startRegistration,
} from './people.js'

const INCORRECT = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }
const INVALID_SESSION = { name: 'NotAuthorizedException', message: 'Invalid session for the user.' }
const SESSION_USED = {
  name: 'NotAuthorizedException',
  message: 'Invalid session for the user, session can only be used once.',
}

describe('passkeys', () => {
  let api: TestApi
  let place: PasskeyPlace
  before(async () => {
    api = await startTestApi()
    place = await makePasskeyPool(api)
  })
  after(() => api.stop())

  async function person(name: string, { poolId, app } = place): Promise<string> {
    await api.makeUser(poolId, name)
    return (await api.signIn(app, name)).access
  }
  const list = (AccessToken: string) =>
    api.cognito.send(new ListWebAuthnCredentialsCommand({ AccessToken }))
  const enrolled = async (name: string, options = { origin: ORIGIN }) => {
    const access = await person(name)
    const authenticator = new SoftwareAuthenticator(options)
    await register(api, access, authenticator)
    return { access, authenticator }
  }
  async function signIn(name: string, authenticator: SoftwareAuthenticator) {
    const { session, options } = await beginWithPasskey(api, place.app, name)
    const credential = authenticator.get(options)
    return respondWithPasskey(api, place.app, name, { session, credential })
  }

  test('a passkey is registered, listed, signs in and is removed', async () => {
    const access = await person('ann')
    const options = await startRegistration(api, access)
    const { challenge, user, excludeCredentials, ...rest } = options as Record<string, unknown>
    assert.match(String(challenge), /^[\w-]{100,}$/)
    assert.deepEqual(excludeCredentials, [])
    assert.deepEqual({ ...(user as object), id: '' }, { id: '', name: 'ann', displayName: 'ann' })
    assert.deepEqual(rest, {
      rp: { id: RELYING_PARTY, name: RELYING_PARTY },
      pubKeyCredParams: [
        { type: 'public-key', alg: -7 },
        { type: 'public-key', alg: -257 },
      ],
      timeout: 60_000,
      authenticatorSelection: {
        requireResidentKey: true,
        residentKey: 'required',
        userVerification: 'preferred',
      },
    })
    const authenticator = new SoftwareAuthenticator({ origin: ORIGIN })
    const credential = authenticator.create(options)
    await completeRegistration(api, access, credential)
    // One challenge registers one passkey.
    const again = new SoftwareAuthenticator({ origin: ORIGIN })
    await assert.rejects(completeRegistration(api, access, again.create(options)), {
      name: 'WebAuthnChallengeNotFoundException',
    })
    const { Credentials = [] } = await list(access)
    const [listed] = Credentials
    assert.equal(Credentials.length, 1)
    assert.equal(listed?.CredentialId, credential.id)
    assert.equal(listed?.RelyingPartyId, RELYING_PARTY)
    assert.deepEqual(listed?.AuthenticatorTransports, ['internal'])
    const next = (await startRegistration(api, access)) as { excludeCredentials: unknown }
    assert.deepEqual(next.excludeCredentials, [
      { type: 'public-key', id: credential.id, transports: ['internal'] },
    ])
    const { ConfiguredUserAuthFactors } = await api.cognito.send(
      new AdminGetUserAuthFactorsCommand({ UserPoolId: place.poolId, Username: 'ann' }),
    )
    assert.deepEqual(ConfiguredUserAuthFactors, ['PASSWORD', 'WEB_AUTHN'])
    const { AuthenticationResult } = await signIn('ann', authenticator)
    assert.ok(AuthenticationResult?.AccessToken)
    const remove = (AccessToken: string) =>
      api.cognito.send(
        new DeleteWebAuthnCredentialCommand({ AccessToken, CredentialId: credential.id }),
      )
    const stranger = await person('anna')
    await assert.rejects(remove(stranger), { name: 'ResourceNotFoundException' })
    await remove(access)
    await assert.rejects(remove(access), { name: 'ResourceNotFoundException' })
    assert.deepEqual((await list(access)).Credentials, [])
    assert.equal((await beginWithPasskey(api, place.app, 'ann')).name, 'SELECT_CHALLENGE')
  })

  test('the choice may be made in two steps', async () => {
    const { authenticator } = await enrolled('two-steps')
    const asked = await api.cognito.send(
      new InitiateAuthCommand({
        ClientId: place.app.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME: 'two-steps' },
      }),
    )
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'WEB_AUTHN'])
    const { Session, ChallengeName, ChallengeParameters } = await api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: place.app.clientId,
        ChallengeName: 'SELECT_CHALLENGE',
        Session: asked.Session,
        ChallengeResponses: { USERNAME: 'two-steps', ANSWER: 'WEB_AUTHN' },
      }),
    )
    assert.equal(ChallengeName, 'WEB_AUTHN')
    const options = ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? ''
    assert.deepEqual(
      { ...(JSON.parse(options) as object), challenge: '' },
      {
        challenge: '',
        timeout: 180_000,
        rpId: RELYING_PARTY,
        allowCredentials: [
          {
            type: 'public-key',
            id: authenticator.id.toString('base64url'),
            transports: ['internal'],
          },
        ],
        userVerification: 'preferred',
      },
    )
    const given = { session: Session, credential: authenticator.get(options) }
    const { AuthenticationResult } = await respondWithPasskey(api, place.app, 'two-steps', given)
    assert.ok(AuthenticationResult)
  })

  test('a registration is for its session, client, party and origin', async () => {
    const access = await person('bob')
    const other = await person('bobby')
    const { access: another } = await api.signIn(place.app, 'bob')
    const secondApp = await api.makeClient(place.poolId, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    })
    const options = await startRegistration(api, access)
    const made = (origin = ORIGIN) => new SoftwareAuthenticator({ origin })
    const rejects = (credential: object, name: string, token = access) =>
      assert.rejects(completeRegistration(api, token, credential), { name })
    const notFound = 'WebAuthnChallengeNotFoundException'
    await rejects(made().create(options), notFound, other)
    await rejects(made().create(options), notFound, another)
    await rejects(made().create(options, { challenge: 'AAAA' }), notFound)
    await rejects({}, notFound)
    await rejects(made('https://evil.example').create(options), 'WebAuthnOriginNotAllowedException')
    await rejects(
      made('http://auth.example.com').create(options),
      'WebAuthnOriginNotAllowedException',
    )
    await rejects(
      made().create(options, { rpId: 'evil.example' }),
      'WebAuthnRelyingPartyMismatchException',
    )
    const unsupported = new SoftwareAuthenticator({ origin: ORIGIN, algorithm: 'ES384' })
    await rejects(unsupported.create(options), 'WebAuthnCredentialNotSupportedException')
    await api.atLater(6 * 60_000, () => rejects(made().create(options), notFound))
    const broken = made().create(options)
    await rejects(
      { ...broken, response: { ...broken.response, attestationObject: 'AAAA' } },
      'WebAuthnCredentialNotSupportedException',
    )
    // Nothing of that has used the challenge up; pages of subdomains may register, too.
    const subdomain = made('https://login.auth.example.com')
    await completeRegistration(api, access, subdomain.create(options))
    assert.equal((await list(access)).Credentials?.length, 1)
    const elsewhere = await api.signIn(secondApp, 'bob')
    await assert.rejects(
      completeRegistration(
        api,
        elsewhere.access,
        made().create(await startRegistration(api, access)),
      ),
      failure(
        'WebAuthnClientMismatchException',
        'The registration was begun by another app client.',
      ),
    )
  })

  test('an assertion is the user’s own, and of this challenge', async () => {
    const { authenticator } = await enrolled('cleo')
    const { authenticator: thief } = await enrolled('mallory')
    const begin = () => beginWithPasskey(api, place.app, 'cleo')
    const respond = (session: string | undefined, credential: string, name = 'cleo') =>
      respondWithPasskey(api, place.app, name, { session, credential })
    const used = await begin()
    await assert.rejects(respond(used.session, thief.get(used.options)), INCORRECT)
    // The session has had its attempt.
    await assert.rejects(respond(used.session, authenticator.get(used.options)), SESSION_USED)
    const fails = async (credentialOf: (options: string) => string) => {
      const { session, options } = await begin()
      await assert.rejects(respond(session, credentialOf(options)), INCORRECT)
    }
    await fails(() => '{}')
    await fails(() => 'no JSON')
    await fails((options) => authenticator.get(options, { rpId: 'evil.example' }))
    authenticator.origin = 'https://evil.example'
    await fails((options) => authenticator.get(options))
    authenticator.origin = ORIGIN
    await fails(() => authenticator.get(used.options))
    const second = await begin()
    const credential = authenticator.get(second.options)
    assert.ok((await respond(second.session, credential)).AuthenticationResult)
    await assert.rejects(respond(second.session, credential), SESSION_USED)
    const third = await begin()
    authenticator.counter = 2
    await assert.rejects(respond(third.session, authenticator.get(third.options)), INCORRECT)
    authenticator.counter = 1000
    assert.ok((await signIn('cleo', authenticator)).AuthenticationResult)
    await assert.rejects(
      respond((await begin()).session, thief.get(third.options), 'mallory'),
      INVALID_SESSION,
    )
  })

  test('an authenticator without a counter signs in each time, and RS256 as ES256', async () => {
    const access = await person('dora')
    const authenticator = new SoftwareAuthenticator({ origin: ORIGIN, algorithm: 'RS256' })
    authenticator.counter = undefined
    await register(api, access, authenticator)
    for (let times = 0; times < 3; times += 1) {
      assert.ok((await signIn('dora', authenticator)).AuthenticationResult)
    }
  })

  test('where the pool requires it, the authenticator has verified its user', async () => {
    const strict = await makePasskeyPool(api, {
      RelyingPartyId: RELYING_PARTY,
      UserVerification: 'required',
    })
    const access = await person('eve', strict)
    const lax = new SoftwareAuthenticator({ origin: ORIGIN, isVerifying: false })
    await assert.rejects(register(api, access, lax), {
      name: 'WebAuthnCredentialNotSupportedException',
    })
    const authenticator = new SoftwareAuthenticator({ origin: ORIGIN })
    await register(api, access, authenticator)
    authenticator.isVerifying = false
    const respond = async () => {
      const { session, options } = await beginWithPasskey(api, strict.app, 'eve')
      const credential = authenticator.get(options)
      return respondWithPasskey(api, strict.app, 'eve', { session, credential })
    }
    await assert.rejects(respond(), INCORRECT)
    authenticator.isVerifying = true
    assert.ok((await respond()).AuthenticationResult)
  })

  test('only a signed-in user registers', async () => {
    const invalid = { name: 'NotAuthorizedException', message: 'Invalid Access Token' }
    const AccessToken = 'x'
    const calls = [
      new StartWebAuthnRegistrationCommand({ AccessToken }),
      new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential: {} }),
      new ListWebAuthnCredentialsCommand({ AccessToken }),
      new DeleteWebAuthnCredentialCommand({ AccessToken, CredentialId: 'id' }),
    ]
    for (const call of calls) await assert.rejects(api.cognito.send(call as never), invalid)
  })

  test('a user has twenty at most, also when they come at once', async () => {
    const access = await person('fred')
    const results = await Promise.allSettled(
      Array.from({ length: 24 }, () =>
        register(api, access, new SoftwareAuthenticator({ origin: ORIGIN })),
      ),
    )
    const refused = results.filter(({ status }) => status === 'rejected')
    assert.equal(refused.length, 4)
    for (const result of refused) {
      assert.equal((result as PromiseRejectedResult).reason.name, 'LimitExceededException')
    }
    assert.equal((await list(access)).Credentials?.length, 20)
  })

  test('a pool must have passkeys and a relying party', async () => {
    const poolId = await api.makePool({
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
    })
    const app = await api.makeClient(poolId)
    await api.makeUser(poolId, 'gil')
    const { access } = await api.signIn(app, 'gil')
    await assert.rejects(startRegistration(api, access), {
      name: 'WebAuthnConfigurationMissingException',
    })
    await api.cognito.send(
      new CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain: 'passkeys-of-gil' }),
    )
    const options = (await startRegistration(api, access)) as { rp: { id: string } }
    assert.equal(options.rp.id, 'localhost')
    const plain = await api.makePool()
    await api.makeUser(plain, 'gil')
    const { access: other } = await api.signIn(await api.makeClient(plain), 'gil')
    await assert.rejects(startRegistration(api, other), { name: 'WebAuthnNotEnabledException' })
    for (const RelyingPartyId of ['com', 'github.io', '127.0.0.1', 'not a name', 'https://a.com']) {
      await assert.rejects(
        api.cognito.send(
          new SetUserPoolMfaConfigCommand({
            UserPoolId: poolId,
            MfaConfiguration: 'OFF',
            WebAuthnConfiguration: { RelyingPartyId },
          }),
        ),
        { name: 'InvalidParameterException' },
        RelyingPartyId,
      )
    }
  })
})
