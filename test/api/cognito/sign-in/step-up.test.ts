// Authentication levels: acr and amr in tokens, sign-ins that ask for a level, and step-up with an
// access token.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminInitiateAuthCommand,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  claimsOf,
  failure,
  invalid,
  notAuthorized,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'
import { makeMfaPool, setUpApp } from '../mfa/people.js'

const LOA = (level: number) => `urn:cognito:loa:${level}`
const UNREACHABLE = invalid(
  'The user has no factors that satisfy a requested authentication level.',
)
const PHONE = { phone_number: '+15555550100' }

interface Result {
  readonly ChallengeName?: string | undefined
  readonly Session?: string | undefined
  readonly AvailableChallenges?: readonly string[] | undefined
  readonly AuthenticationResult?:
    | {
        readonly AccessToken?: string | undefined
        readonly IdToken?: string | undefined
        readonly RefreshToken?: string | undefined
      }
    | undefined
}

describe('authentication levels', () => {
  let api: TestApi
  let app: TestClient
  let poolId: string
  let secret: string
  const codes = { used: -1 }

  before(async () => {
    api = await startTestApi()
    const place = await makeMfaPool(api, 'OPTIONAL')
    poolId = place.poolId
    app = await api.makeClient(poolId, {
      ExplicitAuthFlows: [
        'ALLOW_USER_AUTH',
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
      ],
    })
    await api.makeUser(poolId, 'plain')
    await api.makeUser(poolId, 'phone', PHONE)
    await api.makeUser(poolId, 'app')
    secret = await setUpApp(api, (await api.signIn(app, 'app')).access)
  })
  after(() => api.stop())

  const start = (USERNAME: string, more: Record<string, string> = {}): Promise<Result> =>
    api.cognito.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME, ...more },
      }),
    )
  const byPassword = (USERNAME: string, target: string, more: Record<string, string> = {}) =>
    start(USERNAME, {
      PREFERRED_CHALLENGE: 'PASSWORD',
      PASSWORD,
      TARGET_ACR_VALUES: target,
      ...more,
    })
  const respond = (
    name: string,
    { Session }: Result,
    responses: Record<string, string>,
  ): Promise<Result> =>
    api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: app.clientId,
        ChallengeName: name as 'SMS_MFA',
        Session,
        ChallengeResponses: responses,
      }),
    )
  const bySms = async (username: string, begun: Result) =>
    respond('SMS_MFA', begun, {
      USERNAME: username,
      SMS_MFA_CODE: await api.code(poolId, username),
    })
  const byApp = (begun: Result) => {
    codes.used += 1
    const SOFTWARE_TOKEN_MFA_CODE = totpCode(secret, codes.used)
    return respond('SOFTWARE_TOKEN_MFA', begun, { USERNAME: 'app', SOFTWARE_TOKEN_MFA_CODE })
  }
  const access = ({ AuthenticationResult }: Result) =>
    required(AuthenticationResult?.AccessToken, 'access token')
  /** `acr` and `amr`, which both tokens have alike. */
  const levelIn = (result: Result) => {
    const { acr, amr } = claimsOf(access(result))
    const id = claimsOf(required(result.AuthenticationResult?.IdToken, 'ID token'))
    assert.deepEqual([id['acr'], id['amr']], [acr, amr])
    return [acr, amr]
  }

  test('tokens say nothing of a level that nobody asked for', async () => {
    const begun = await start('plain', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD })
    assert.deepEqual(levelIn(begun), [undefined, undefined])
  })

  test('a password is level 1, and both tokens and their refresh say so', async () => {
    const begun = await byPassword('plain', LOA(1))
    assert.deepEqual(levelIn(begun), [LOA(1), ['pwd']])
    const refreshed = await api.cognito.send(
      new InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: {
          REFRESH_TOKEN: required(begun.AuthenticationResult?.RefreshToken, 'refresh token'),
        },
      }),
    )
    assert.deepEqual(levelIn(refreshed), [LOA(1), ['pwd']])
  })

  test('a level asks for the factor that reaches it', async () => {
    const phone = await byPassword('phone', LOA(3))
    assert.equal(phone.ChallengeName, 'SMS_MFA')
    assert.deepEqual(levelIn(await bySms('phone', phone)), [LOA(3), ['pwd', 'sms', 'mfa']])
    // Without it the same user is asked for nothing more.
    assert.deepEqual(levelIn(await byPassword('phone', LOA(1))), [LOA(1), ['pwd']])
    const four = await byPassword('app', LOA(4))
    assert.equal(four.ChallengeName, 'SOFTWARE_TOKEN_MFA')
    assert.deepEqual(levelIn(await byApp(four)), [LOA(4), ['pwd', 'otp', 'mfa']])
  })

  test('targets are tried by priority; unknown ones are ignored', async () => {
    const phone = await byPassword('phone', `urn:other ${LOA(4)} ${LOA(3)} ${LOA(1)}`)
    assert.equal(phone.ChallengeName, 'SMS_MFA')
    const plain = await byPassword('plain', `${LOA(4)} ${LOA(1)}`)
    assert.deepEqual(levelIn(plain), [LOA(1), ['pwd']])
    await assert.rejects(
      byPassword('plain', 'urn:other urn:cognito:loa:5'),
      invalid('None of the TARGET_ACR_VALUES is a level of the pool.'),
    )
    await assert.rejects(byPassword('plain', LOA(4)), UNREACHABLE)
    await assert.rejects(byPassword('plain', `${LOA(4)} ${LOA(3)}`), UNREACHABLE)
  })

  test('what the user needs anyway is not left out for a lower level', async () => {
    const begun = await byPassword('app', LOA(1))
    assert.equal(begun.ChallengeName, 'SOFTWARE_TOKEN_MFA')
    assert.equal(begun.AuthenticationResult, undefined)
  })

  test('with an access token only the missing factor is asked for', async () => {
    const first = await byPassword('phone', LOA(1))
    const ACCESS_TOKEN = access(first)
    const target = { TARGET_ACR_VALUES: LOA(3), ACCESS_TOKEN }
    const begun = await start('phone', target)
    assert.equal(begun.ChallengeName, 'SMS_MFA')
    const lifted = await bySms('phone', begun)
    assert.deepEqual(levelIn(lifted), [LOA(3), ['pwd', 'sms', 'mfa']])
    await assert.rejects(
      start('phone', { TARGET_ACR_VALUES: LOA(3), ACCESS_TOKEN: access(lifted) }),
      invalid('The access token already satisfies the requested authentication level.'),
    )
    // A token that says nothing of its methods credits none.
    const silent = await start('phone', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD })
    const fresh = await start('phone', { TARGET_ACR_VALUES: LOA(3), ACCESS_TOKEN: access(silent) })
    assert.equal(fresh.ChallengeName, 'SELECT_CHALLENGE')
    assert.deepEqual(fresh.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD'])
    const answered = await respond('SELECT_CHALLENGE', fresh, {
      USERNAME: 'phone',
      ANSWER: 'PASSWORD',
      PASSWORD,
    })
    assert.equal(answered.ChallengeName, 'SMS_MFA')
    assert.deepEqual(levelIn(await bySms('phone', answered)), [LOA(3), ['pwd', 'sms', 'mfa']])
  })

  test('an authentication that is too old credits nothing', async () => {
    const ACCESS_TOKEN = access(await byPassword('phone', LOA(1)))
    const target = { TARGET_ACR_VALUES: LOA(3), ACCESS_TOKEN, MAX_AGE: '60' }
    assert.equal((await start('phone', target)).ChallengeName, 'SMS_MFA')
    const later = await api.atLater(120_000, () => start('phone', target))
    assert.equal(later.ChallengeName, 'SELECT_CHALLENGE')
    await assert.rejects(
      start('phone', { ...target, MAX_AGE: 'a minute' }),
      invalid('MAX_AGE is not a number of seconds.'),
    )
  })

  test('a token must be good, of the user, and come with a target', async () => {
    const ACCESS_TOKEN = access(await byPassword('phone', LOA(1)))
    const target = { TARGET_ACR_VALUES: LOA(3) }
    await assert.rejects(
      start('phone', { ACCESS_TOKEN }),
      invalid('ACCESS_TOKEN needs TARGET_ACR_VALUES.'),
    )
    const wrong = notAuthorized('Invalid Access Token')
    await assert.rejects(start('app', { ...target, ACCESS_TOKEN }), wrong)
    await assert.rejects(
      start('nobody', { ...target, ACCESS_TOKEN }),
      failure('UserNotFoundException', 'User does not exist.'),
    )
    await assert.rejects(start('phone', { ...target, ACCESS_TOKEN: `${ACCESS_TOKEN}x` }), wrong)
    const other = await api.makeClient(poolId)
    const { access: foreign } = await api.signIn(other, 'phone')
    await assert.rejects(start('phone', { ...target, ACCESS_TOKEN: foreign }), wrong)
  })

  test('an administrator may ask for a level, too', async () => {
    const begun = await api.cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId: poolId,
        ClientId: app.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: {
          USERNAME: 'phone',
          PREFERRED_CHALLENGE: 'PASSWORD',
          PASSWORD,
          TARGET_ACR_VALUES: LOA(3),
        },
      }),
    )
    assert.equal(begun.ChallengeName, 'SMS_MFA')
  })
})

describe('names of levels', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi()
  })
  after(() => api.stop())

  const gold = { Level3: { AcrValue: 'urn:example:gold' } }

  test('a pool that names levels has all four described, and one that does not, none', async () => {
    const none = await api.makePool()
    const described = async (UserPoolId: string) =>
      (await api.cognito.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool
        ?.AcrConfiguration
    assert.equal(await described(none), undefined)
    const named = await api.makePool({ AcrConfiguration: gold })
    assert.deepEqual(await described(named), {
      Level1: { AcrValue: LOA(1) },
      Level2: { AcrValue: LOA(2) },
      ...gold,
      Level4: { AcrValue: LOA(4) },
    })
    await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId: named }))
    assert.equal(await described(named), undefined)
  })

  test('every sign-in of such a pool has its level, by the name of the pool', async () => {
    const poolId = await api.makePool({ AcrConfiguration: { Level1: { AcrValue: 'bronze' } } })
    const app = await api.makeClient(poolId)
    await api.makeUser(poolId, 'ada')
    const { access, id } = await api.signIn(app, 'ada')
    for (const token of [access, id]) {
      assert.equal(claimsOf(token)['acr'], 'bronze')
      assert.deepEqual(claimsOf(token)['amr'], ['pwd'])
    }
  })

  test('names are unique, printable, and of levels that there are', async () => {
    const unique = invalid('The AcrValue of each level must be unique, default names included.')
    const form = invalid(
      'An AcrValue has 1 to 64 printable characters without spaces, quotes and backslashes.',
    )
    const levels = invalid(
      'AcrConfiguration has the levels Level1, Level2, Level3 and Level4 only.',
    )
    for (const [AcrConfiguration, refusal] of [
      [{ Level1: { AcrValue: LOA(2) } }, unique],
      [{ Level1: { AcrValue: 'a' }, Level2: { AcrValue: 'a' } }, unique],
      [{ Level1: { AcrValue: 'a b' } }, form],
      [{ Level1: { AcrValue: 'a"b' } }, form],
      [{ Level1: { AcrValue: 'a\\b' } }, form],
      [{ Level1: { AcrValue: 'a'.repeat(65) } }, form],
      [{ Level5: { AcrValue: 'a' } }, levels],
    ] as const) {
      await assert.rejects(api.makePool({ AcrConfiguration }), refusal)
    }
  })

  test('levels are not in the plan of LITE pools', async () => {
    const refusal = failure(
      'FeatureUnavailableInTierException',
      'Step-up authentication is not available in the LITE tier. Change the tier to ' +
        'ESSENTIALS or higher.',
    )
    const lite = { UserPoolTier: 'LITE' } as const
    await assert.rejects(api.makePool({ ...lite, AcrConfiguration: gold }), refusal)
    const poolId = await api.makePool()
    const app = await api.makeClient(poolId, { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] })
    await api.makeUser(poolId, 'ada')
    await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...lite }))
    const start = new InitiateAuthCommand({
      ClientId: app.clientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'ada', TARGET_ACR_VALUES: LOA(1) },
    })
    await assert.rejects(api.cognito.send(start), refusal)
  })
})
