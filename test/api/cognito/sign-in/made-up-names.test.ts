// Names without a user in choice-based sign-ins, where the client hides who exists: what they are
// offered varies as it does among users, is always the same for a name, and the same in each
// Region. A name that is offered a passkey has a made-up one, which nobody signs in with.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  CreateUserPoolClientCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  createPool,
  EAST,
  PASSWORD,
  WEST,
} from '#test/support/replicated-pool.js'
import { attributeList, notAuthorized } from '#test/support/test-api.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { ORIGIN, RELYING_PARTY, register } from '../passkeys/people.js'

const NAMES = Array.from({ length: 128 }, (_, n) => `nobody-${n}`)
const INCORRECT = notAuthorized('Incorrect username or password.')
const USED = notAuthorized('Invalid session for the user, session can only be used once.')

describe('names without a user', () => {
  let nodes: TwoNodes
  let UserPoolId: string
  let ClientId: string
  const offered = new Map<string, string>()
  const authenticator = new SoftwareAuthenticator({ origin: ORIGIN })

  before(async () => {
    nodes = await startTwoNodes()
    const AllowedFirstAuthFactors = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] as const
    const { userPoolId } = await createPool(nodes, {
      settings: {
        UsernameConfiguration: { CaseSensitive: false },
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: [...AllowedFirstAuthFactors] } },
      },
    })
    UserPoolId = userPoolId
    const west = cognitoOf(nodes, WEST)
    const passkeys = {
      UserPoolId,
      MfaConfiguration: 'OFF' as const,
      WebAuthnConfiguration: { RelyingPartyId: RELYING_PARTY },
    }
    await west.send(new SetUserPoolMfaConfigCommand(passkeys))
    const { UserPoolClient } = await west.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'hiding',
        ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
        PreventUserExistenceErrors: 'ENABLED',
      }),
    )
    ClientId = required(UserPoolClient?.ClientId, 'client')
    const create = (Username: string, more: object) =>
      west.send(new AdminCreateUserCommand({ UserPoolId, Username, ...more }))
    const attributes = { email: 'ann@example.com', email_verified: 'true' }
    await create('ann', { UserAttributes: attributeList(attributes) })
    await create('bob', { TemporaryPassword: PASSWORD, MessageAction: 'SUPPRESS' })
    await activateReplica(nodes, UserPoolId)
  })
  after(() => nodes.close())

  const begin = (region: string, USERNAME: string, more: Record<string, string> = {}) =>
    cognitoOf(nodes, region).send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME, ...more },
      }),
    )
  const listOf = async (region: string, name: string) =>
    required((await begin(region, name)).AvailableChallenges, 'choices').join()
  const byPasskey = (region: string, name: string) =>
    begin(region, name, { PREFERRED_CHALLENGE: 'WEB_AUTHN' })
  const optionsOf = ({ ChallengeParameters: given }: Awaited<ReturnType<typeof begin>>) =>
    JSON.parse(given?.['CREDENTIAL_REQUEST_OPTIONS'] ?? '') as {
      allowCredentials: { id: string; transports: string[] }[]
    } & Record<string, unknown>

  test('are offered the same each time, in each Region, however they are written', async () => {
    for (const name of NAMES) {
      offered.set(name, await listOf(WEST, name))
      assert.equal(await listOf(EAST, name), offered.get(name), name)
      assert.equal(await listOf(WEST, name.toUpperCase()), offered.get(name), name)
    }
  })

  test('are offered what users are, also what some of them lack', async () => {
    const lists = [...offered.values()]
    assert.ok(new Set(lists).size >= 6, `${new Set(lists).size} lists`)
    const some = (what: string, matches: (list: string) => boolean) => {
      const found = lists.filter(matches).length
      assert.ok(found > 0 && found < lists.length, `${what}: ${found}`)
    }
    some('a password', (list) => list.includes('PASSWORD'))
    some('e-mail', (list) => list.includes('EMAIL_OTP'))
    some('SMS', (list) => list.includes('SMS_OTP'))
    some('passkeys', (list) => list.includes('WEB_AUTHN'))
    // Users of each kind have company: one without a password, one with a temporary one.
    for (const user of ['ann', 'bob']) {
      const list = await listOf(WEST, user)
      const more = Array.from({ length: 400 }, (_, n) => `more-${n}`)
      let company: string | undefined
      for (const name of more) {
        if ((await listOf(WEST, name)) === list) {
          company = name
          break
        }
      }
      assert.ok(company !== undefined, `${user}: ${list}`)
    }
  })

  test('with a made-up passkey are asked for it as users are, in vain', async () => {
    const [name = ''] = [...offered].find(([, list]) => list.includes('WEB_AUTHN')) ?? []
    const asked = await byPasskey(WEST, name)
    assert.equal(asked.ChallengeName, 'WEB_AUTHN')
    const there = optionsOf(await byPasskey(EAST, name))
    const { challenge, ...stable } = optionsOf(asked)
    assert.deepEqual({ ...there, challenge }, { challenge, ...stable })
    assert.notEqual(there['challenge'], challenge)
    await makePasskeyUser('cleo')
    const real = await byPasskey(WEST, 'cleo')
    const shape = (one: typeof real) => {
      const { allowCredentials, ...options } = optionsOf(one)
      const kinds = allowCredentials.map(({ id, ...rest }) => [id.length, Object.keys(rest)])
      const given = Object.keys(one.ChallengeParameters ?? {})
      return { given, kinds, options: { ...options, challenge: '' } }
    }
    assert.deepEqual(shape(asked), shape(real))
    for (const [who, { Session, ...begun }] of [
      [name, asked],
      ['cleo', real],
    ] as const) {
      const respond = () => {
        const wrong = JSON.parse(
          new SoftwareAuthenticator({ origin: ORIGIN }).get(
            begun.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? '',
          ),
        ) as object
        const [own] = optionsOf({ Session, ...begun }).allowCredentials
        const CREDENTIAL = JSON.stringify({ ...wrong, id: own?.id, rawId: own?.id })
        return cognitoOf(nodes, WEST).send(
          new RespondToAuthChallengeCommand({
            ClientId,
            ChallengeName: 'WEB_AUTHN',
            Session,
            ChallengeResponses: { USERNAME: who, CREDENTIAL },
          }),
        )
      }
      await assert.rejects(respond(), INCORRECT, who)
      await assert.rejects(respond(), USED, who)
    }
  })

  test('without one are asked to choose, as users without one are', async () => {
    const [name = ''] = [...offered].find(([, list]) => !list.includes('WEB_AUTHN')) ?? []
    const asked = await byPasskey(WEST, name)
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE')
    assert.equal(asked.AvailableChallenges?.join(), offered.get(name))
  })

  /** A user with a passkey. */
  async function makePasskeyUser(Username: string): Promise<void> {
    const west = cognitoOf(nodes, WEST)
    const attributes = { email: `${Username}@example.com`, email_verified: 'true' }
    await addUser(nodes, UserPoolId, Username, attributes)
    const { UserPoolClient } = await west.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'passwords',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      }),
    )
    const signedIn = await west.send(
      new InitiateAuthCommand({
        ClientId: required(UserPoolClient?.ClientId, 'client'),
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: Username, PASSWORD },
      }),
    )
    const access = required(signedIn.AuthenticationResult?.AccessToken, 'token')
    await register({ cognito: west }, access, authenticator)
  }
})
