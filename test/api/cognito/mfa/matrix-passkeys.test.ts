// The matrix of sign-ins that begin with a passkey: MFA of the pool, what a passkey counts for
// there, other factors of the user, client-side or by an administrator, primary or ACTIVE
// secondary.
// Cognito: developer guide, "Adding MFA to a user pool" (table of passkeys and MFA), 2026.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CompleteWebAuthnRegistrationCommand,
  SetUserPoolMfaConfigCommand,
  StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  EAST,
  signIn,
  WEST,
} from '#test/support/replicated-pool.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { CHOICES } from './matrix-flows.js'
import { setUpAppOf } from './people.js'
import { createMfaPool, type ReplicatedPlace } from './replicated.js'

const SINGLE = 'SINGLE_FACTOR'
const MULTI = 'MULTI_FACTOR_WITH_USER_VERIFICATION'

/** MFA of a pool, and what a passkey counts for. The API refuses ON with a single factor. */
const POOLS = {
  OFF: { mfa: 'OFF', counts: SINGLE },
  OPTIONAL: { mfa: 'OPTIONAL', counts: SINGLE },
  'OPTIONAL, passkeys for two': { mfa: 'OPTIONAL', counts: MULTI },
  'ON, passkeys for two': { mfa: 'ON', counts: MULTI },
} as const
type PoolName = keyof typeof POOLS

const USERS = ['passkey', 'passkey-and-app'] as const
type Name = (typeof USERS)[number]

const TOKENS = 'tokens'
/** It is not among what the user may begin with. */
const NOT_OFFERED = 'SELECT_CHALLENGE'

const TABLE: Readonly<Record<PoolName, Readonly<Record<Name, string>>>> = {
  OFF: { passkey: TOKENS, 'passkey-and-app': TOKENS },
  OPTIONAL: { passkey: TOKENS, 'passkey-and-app': NOT_OFFERED },
  'OPTIONAL, passkeys for two': { passkey: TOKENS, 'passkey-and-app': TOKENS },
  'ON, passkeys for two': { passkey: TOKENS, 'passkey-and-app': TOKENS },
}

describe('the matrix of sign-ins with passkeys', () => {
  let nodes: TwoNodes
  const places = new Map<PoolName, ReplicatedPlace>()
  const authenticators = new Map<string, SoftwareAuthenticator>()

  async function register(name: string, place: ReplicatedPlace, username: Name): Promise<void> {
    await addUser(nodes, place.userPoolId, username, {})
    const { accessToken: AccessToken } = await signIn(nodes, WEST, place, username)
    const west = cognitoOf(nodes, WEST)
    const { CredentialCreationOptions: options } = await west.send(
      new StartWebAuthnRegistrationCommand({ AccessToken }),
    )
    const authenticator = new SoftwareAuthenticator({ origin: 'https://auth.example.com' })
    const Credential = authenticator.create(options) as never
    await west.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }))
    authenticators.set(`${name}/${username}`, authenticator)
    if (username === 'passkey-and-app') await setUpAppOf(west, AccessToken)
  }

  async function configure(UserPoolId: string, mfa: 'OFF' | 'OPTIONAL' | 'ON', counts: string) {
    await cognitoOf(nodes, WEST).send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId,
        MfaConfiguration: mfa,
        ...(mfa !== 'OFF' && { SoftwareTokenMfaConfiguration: { Enabled: true } }),
        WebAuthnConfiguration: {
          RelyingPartyId: 'auth.example.com',
          FactorConfiguration: counts as typeof MULTI,
        },
      }),
    )
  }

  before(async () => {
    nodes = await startTwoNodes()
    for (const [name, { mfa, counts }] of Object.entries(POOLS)) {
      const place = await createMfaPool(nodes, {
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
      })
      await configure(place.userPoolId, 'OPTIONAL', SINGLE)
      for (const username of USERS) await register(name, place, username)
      await configure(place.userPoolId, mfa, counts)
      await activateReplica(nodes, place.userPoolId)
      places.set(name as PoolName, place)
    }
  })
  after(() => nodes.close())

  for (const pool of Object.keys(POOLS) as PoolName[]) {
    for (const username of USERS) {
      for (const [side, { byPasskey }] of Object.entries(CHOICES)) {
        test(`${username}, MFA ${pool}, ${side}`, async () => {
          const place = required(places.get(pool), pool)
          const authenticator = required(authenticators.get(`${pool}/${username}`), username)
          for (const { region, cognito } of [nodes.west, nodes.east]) {
            const sentCode = () => Promise.reject(new Error('no code is sent'))
            const attempt = { cognito, place, username, sentCode }
            const end = await byPasskey(authenticator, attempt)
            assert.equal(end, TABLE[pool][username], region === EAST ? 'secondary' : 'primary')
          }
        })
      }
    }
  }

  test('a passkey that has not verified its user is not good for two factors', async () => {
    const pool = 'ON, passkeys for two'
    const place = required(places.get(pool), pool)
    const authenticator = required(authenticators.get(`${pool}/passkey`), 'passkey')
    authenticator.isVerifying = false
    const sentCode = () => Promise.reject(new Error('no code is sent'))
    for (const { cognito } of [nodes.west, nodes.east]) {
      const attempt = { cognito, place, username: 'passkey', sentCode }
      const end = await required(CHOICES['client'], 'client').byPasskey(authenticator, attempt)
      assert.match(end, /^NotAuthorizedException: /)
    }
  })
})
