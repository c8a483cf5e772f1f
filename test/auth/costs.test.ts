// What each whole sign-in costs in statements, warm: on a network each of them is a wait, and the
// database is what a deployment has least of. A new method is a row.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateResourceServerCommand,
  CreateUserPoolDomainCommand,
  GetUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import { watchStatements } from '#test/support/statements.js'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'
import { beginWithPasskey, register, respondWithPasskey } from '../api/cognito/passkeys/people.js'

type Parameters = Readonly<Record<string, string>>

/** Prepares whatever a user needs; returns what is measured. */
type Prepare = (username: string) => Promise<() => Promise<unknown>>

const TRIES = 3
let api: TestApi
let plain: TestClient
let machineToken: () => Promise<unknown>

before(async () => {
  api = await startTestApi({ beatMs: 600_000, limits: { codesPerHourMax: 1000 } })
  const poolId = await api.makePool({
    Policies: {
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] },
    },
  })
  await api.cognito.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: poolId,
      MfaConfiguration: 'OFF',
      WebAuthnConfiguration: { RelyingPartyId: 'auth.example.com' },
    }),
  )
  plain = await api.makeClient(poolId, {
    ExplicitAuthFlows: [
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_USER_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
    ],
  })
  machineToken = await makeMachine()
})
after(() => api.stop())

async function makeMachine() {
  const UserPoolId = await api.makePool()
  const Scopes = [{ ScopeName: 'read', ScopeDescription: 'read' }]
  const server = { UserPoolId, Identifier: 'orders', Name: 'orders', Scopes }
  await api.cognito.send(new CreateResourceServerCommand(server))
  await api.cognito.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: 'costs' }))
  const { clientId, secret } = await api.makeClient(UserPoolId, {
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['orders/read'],
  })
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: required(secret, 'secret'),
  })
  return async () => {
    const url = `${api.endpoint}/domain/costs/oauth2/token`
    const response = await fetch(url, { method: 'POST', body })
    assert.equal(response.status, 200, await response.text())
  }
}

const begin = (client: TestClient, AuthFlow: string, more: Parameters) =>
  api.cognito.send(
    new InitiateAuthCommand({
      ClientId: client.clientId,
      AuthFlow: AuthFlow as 'USER_AUTH',
      AuthParameters: more,
    }),
  )
const withPassword = (client: TestClient, USERNAME: string) =>
  begin(client, 'USER_PASSWORD_AUTH', { USERNAME, PASSWORD })
const isSignedIn = (response: { readonly AuthenticationResult?: object | undefined }) =>
  assert.ok(response.AuthenticationResult)

async function signInBySrp(USERNAME: string, AuthFlow: string, more: Parameters = {}) {
  const srp = new SrpClient()
  const begun = await begin(plain, AuthFlow, { USERNAME, SRP_A: srp.publicA, ...more })
  const given = (name: string) => required(begun.ChallengeParameters?.[name], name)
  const timestamp = timestampOf(new Date())
  const claim = {
    poolId: plain.poolId,
    userId: given('USER_ID_FOR_SRP'),
    password: PASSWORD,
    salt: given('SALT'),
    publicB: given('SRP_B'),
    secretBlock: given('SECRET_BLOCK'),
    timestamp,
  }
  const ChallengeResponses = {
    USERNAME: given('USER_ID_FOR_SRP'),
    PASSWORD_CLAIM_SECRET_BLOCK: given('SECRET_BLOCK'),
    PASSWORD_CLAIM_SIGNATURE: srp.sign(claim),
    TIMESTAMP: timestamp,
  }
  const { clientId: ClientId } = plain
  const ChallengeName = 'PASSWORD_VERIFIER'
  isSignedIn(
    await api.cognito.send(
      new RespondToAuthChallengeCommand({ ClientId, ChallengeName, ChallengeResponses }),
    ),
  )
}

async function byCode(USERNAME: string) {
  const sent = await begin(plain, 'USER_AUTH', { USERNAME, PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  const begun = watch?.statements
  const EMAIL_OTP_CODE = await api.code(plain.poolId, USERNAME)
  const ofReading = (watch?.statements ?? 0) - (begun ?? 0)
  const { clientId: ClientId } = plain
  const ChallengeResponses = { USERNAME, EMAIL_OTP_CODE }
  const input = { ClientId, ChallengeName: 'EMAIL_OTP' as const, Session: sent.Session }
  isSignedIn(
    await api.cognito.send(new RespondToAuthChallengeCommand({ ...input, ChallengeResponses })),
  )
  return ofReading
}

let watch: ReturnType<typeof watchStatements> | undefined

const user =
  (run: (username: string) => Promise<unknown>): Prepare =>
  async (username) => {
    await api.makeUser(plain.poolId, username, {
      email: `${username}@example.com`,
      email_verified: 'true',
    })
    return () => run(username)
  }

const COSTS: Readonly<Record<string, readonly [number, Prepare]>> = {
  'a password': [1, user(async (name) => isSignedIn(await withPassword(plain, name)))],
  'a password, chosen': [
    1,
    user(async (USERNAME) =>
      isSignedIn(
        await begin(plain, 'USER_AUTH', { USERNAME, PASSWORD, PREFERRED_CHALLENGE: 'PASSWORD' }),
      ),
    ),
  ],
  SRP: [2, user((name) => signInBySrp(name, 'USER_SRP_AUTH'))],
  'SRP, chosen': [
    2,
    user((name) => signInBySrp(name, 'USER_AUTH', { PREFERRED_CHALLENGE: 'PASSWORD_SRP' })),
  ],
  // Three each: who it is, how many were sent, what is kept; the session, the code, its use.
  'a code by e-mail': [6, user(byCode)],
  // Two and three: who it is, the user's passkeys; the session, the passkey, its counter.
  'a passkey': [
    5,
    async (username) => {
      await api.makeUser(plain.poolId, username)
      const authenticator = new SoftwareAuthenticator({ origin: 'https://auth.example.com' })
      await register(api, (await api.signIn(plain, username)).access, authenticator)
      return async () => {
        const { session, options } = await beginWithPasskey(api, plain, username)
        const credential = authenticator.get(options)
        isSignedIn(await respondWithPasskey(api, plain, username, { session, credential }))
      }
    },
  ],
  'a refresh': [
    1,
    async (username) => {
      await api.makeUser(plain.poolId, username)
      const { refresh } = await api.signIn(plain, username)
      const REFRESH_TOKEN = refresh
      return async () => isSignedIn(await begin(plain, 'REFRESH_TOKEN_AUTH', { REFRESH_TOKEN }))
    },
  ],
  'a call with an access token': [
    1,
    async (username) => {
      await api.makeUser(plain.poolId, username)
      const { access: AccessToken } = await api.signIn(plain, username)
      return () => api.cognito.send(new GetUserCommand({ AccessToken }))
    },
  ],
  'a token of a machine': [0, async () => machineToken],
}

for (const [what, [most, prepare]] of Object.entries(COSTS)) {
  test(`${what}: ${most}`, async () => {
    let fewest = Number.POSITIVE_INFINITY
    let places: readonly string[] = []
    for (let n = 0; n < TRIES; n += 1) {
      const run = await prepare(`${what.replace(/\W/g, '-')}-${n}`)
      watch = watchStatements()
      const apart = await run()
      watch.stop()
      const cost = watch.statements - (typeof apart === 'number' ? apart : 0)
      if (cost < fewest) places = watch.places
      fewest = Math.min(fewest, cost)
    }
    assert.equal(fewest, most, places.join(', '))
  })
}
