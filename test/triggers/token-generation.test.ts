// What functions make of tokens, by the version of their events.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  CreateResourceServerCommand,
  CreateUserPoolDomainCommand,
  GetClientTokenCommand,
  GetTokensFromRefreshTokenCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { throws } from '#test/support/lambda-service.js'
import { claimsOf, failure, PASSWORD } from '#test/support/test-api.js'
import { lambdaArn } from '#test/support/trigger-module.js'
import { ClientMetadata, common, normal, TriggerRig } from '#test/support/trigger-rig.js'

describe('token generation', () => {
  let rig: TriggerRig
  before(async () => {
    rig = await TriggerRig.start()
  })
  after(() => rig.stop())
  afterEach(() => rig.reset())

  test('PreTokenGeneration, first version', async () => {
    const app = await rig.makeApp(['PreTokenGeneration'])
    const sub = await rig.api.makeUser(app.poolId, 'pia')
    rig.instead = {
      PreTokenGeneration: () => ({
        claimsOverrideDetails: {
          claimsToAddOrOverride: { tenant: '42', sub: 'forged' },
          groupOverrideDetails: { groupsToOverride: ['staff'] },
        },
      }),
    }
    const { AuthenticationResult: result } = await rig.signIn(app, 'pia')
    assert.deepEqual(normal(rig.one()), {
      ...common(app, 'TokenGeneration_Authentication', 'pia'),
      request: {
        userAttributes: { sub, 'cognito:user_status': 'CONFIRMED' },
        groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
      },
      response: { claimsOverrideDetails: null },
    })
    const id = claimsOf(required(result?.IdToken, 'ID token'))
    const access = claimsOf(required(result?.AccessToken, 'access token'))
    assert.deepEqual([id['tenant'], id['sub'], id['cognito:groups']], ['42', sub, ['staff']])
    assert.deepEqual([access['tenant'], access['cognito:groups']], [undefined, ['staff']])
    const refresh = new GetTokensFromRefreshTokenCommand({
      ClientId: app.clientId,
      RefreshToken: required(result?.RefreshToken, 'refresh token'),
      ClientMetadata,
    })
    await rig.api.cognito.send(refresh)
    const refreshed = rig.one()
    assert.equal(refreshed['triggerSource'], 'TokenGeneration_RefreshTokens')
    assert.deepEqual(refreshed.request['clientMetadata'], ClientMetadata)
    rig.instead = {
      PreTokenGeneration: () => ({
        claimsOverrideDetails: { claimsToAddOrOverride: { tenant: 42 } },
      }),
    }
    await assert.rejects(
      rig.signIn(app, 'pia'),
      failure('InvalidLambdaResponseException', 'Unrecognizable lambda output'),
    )
  })

  const versioned = (LambdaVersion: 'V2_0' | 'V3_0') => ({
    LambdaConfig: {
      PreTokenGenerationConfig: { LambdaVersion, LambdaArn: lambdaArn('PreTokenGeneration') },
    },
  })

  test('PreTokenGeneration, second version: scopes and claims of the access token', async () => {
    const app = await rig.makeApp([], versioned('V2_0'))
    await rig.api.makeUser(app.poolId, 'quin')
    rig.instead = {
      PreTokenGeneration: () => ({
        claimsAndScopeOverrideDetails: {
          accessTokenGeneration: {
            claimsToAddOrOverride: { plan: { seats: 3 } },
            scopesToAdd: ['orders/read'],
          },
        },
      }),
    }
    const { AuthenticationResult: result } = await rig.signIn(app, 'quin')
    const event = rig.one()
    assert.equal(event['version'], '2')
    assert.deepEqual(event.request['scopes'], ['aws.cognito.signin.user.admin'])
    assert.deepEqual(event['response'], { claimsAndScopeOverrideDetails: null })
    const access = claimsOf(required(result?.AccessToken, 'access token'))
    assert.deepEqual(access['plan'], { seats: 3 })
    assert.equal(access['scope'], 'aws.cognito.signin.user.admin orders/read')
  })

  test('a machine: the third version of the event and no other', async () => {
    for (const [version, calls] of [
      ['V2_0', 0],
      ['V3_0', 1],
    ] as const) {
      const pool = await rig.makeApp([], versioned(version))
      const UserPoolId = pool.poolId
      const Scopes = [{ ScopeName: 'read', ScopeDescription: 'Reads' }]
      const server = { UserPoolId, Identifier: 'orders', Name: 'orders', Scopes }
      await rig.api.cognito.send(new CreateResourceServerCommand(server))
      const Domain = `events-${version.toLowerCase().replace('_', '-')}`
      await rig.api.cognito.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain }))
      const machine = await rig.api.makeClient(UserPoolId, {
        GenerateSecret: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: ['orders/read'],
        AllowedOAuthFlowsUserPoolClient: true,
      })
      rig.instead = {
        PreTokenGeneration: () => ({
          claimsAndScopeOverrideDetails: {
            accessTokenGeneration: { claimsToAddOrOverride: { tenant: '42', client_id: 'x' } },
          },
        }),
      }
      const ask = async () => {
        const response = await fetch(`${rig.api.endpoint}/domain/${Domain}/oauth2/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            client_id: machine.clientId,
            client_secret: required(machine.secret, 'secret'),
            aws_client_metadata: '{"a":"b"}',
          }),
        })
        const body = (await response.json()) as Record<string, unknown>
        return { ...body, status: response.status } as Record<string, unknown>
      }
      const { access_token: token } = await ask()
      const events = rig.take()
      assert.equal(events.length, calls)
      const claims = claimsOf(String(token))
      assert.equal(claims['client_id'], machine.clientId)
      assert.equal(claims['tenant'], calls === 0 ? undefined : '42')
      if (calls === 0) continue
      assert.deepEqual(required(events[0], 'event'), {
        ...common(machine, 'TokenGeneration_ClientCredentials', machine.clientId),
        version: '3',
        callerContext: {
          awsSdkVersion: 'aws-sdk-unknown-unknown',
          clientId: machine.clientId,
        },
        request: {
          userAttributes: {},
          groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
          scopes: ['orders/read'],
          clientMetadata: { a: 'b' },
        },
        response: { claimsAndScopeOverrideDetails: null },
      })
      rig.instead = { PreTokenGeneration: () => throws('not today') }
      assert.deepEqual(await ask(), {
        status: 400,
        error: 'invalid_grant',
        error_description: 'PreTokenGeneration failed with error not today.',
      })
      rig.instead = { PreTokenGeneration: () => '<html>' }
      assert.deepEqual(await ask(), { status: 500, error: 'server_error' })
    }
  })

  test('a machine of the API: the same event', async () => {
    const { poolId: UserPoolId } = await rig.makeApp([], versioned('V3_0'))
    const Scopes = [{ ScopeName: 'read', ScopeDescription: 'Reads' }]
    const server = { UserPoolId, Identifier: 'orders', Name: 'orders', Scopes }
    await rig.api.cognito.send(new CreateResourceServerCommand(server))
    const machine = await rig.api.makeClient(UserPoolId, {
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as never],
      AllowedOAuthScopes: ['orders/read'],
    })
    const ask = () =>
      rig.api.cognito.send(
        new GetClientTokenCommand({
          ClientId: machine.clientId,
          Secret: required(machine.secret, 'secret'),
          ClientMetadata,
        }),
      )
    await ask()
    const event = rig.one()
    assert.equal(event['version'], '3')
    assert.equal(event['triggerSource'], 'TokenGeneration_ClientCredentials')
    assert.deepEqual(event.request['clientMetadata'], ClientMetadata)
    assert.deepEqual(event.request['scopes'], ['orders/read'])
    rig.instead = { PreTokenGeneration: () => throws('not today') }
    await assert.rejects(
      ask(),
      failure('UserLambdaValidationException', 'PreTokenGeneration failed with error not today.'),
    )
  })

  test('metadata of a response to a challenge goes to all functions', async () => {
    const app = await rig.makeApp(['PostAuthentication', 'PreTokenGeneration'])
    const admin = { UserPoolId: app.poolId, Username: 'rob', TemporaryPassword: PASSWORD }
    await rig.api.cognito.send(new AdminCreateUserCommand(admin))
    const { Session } = await rig.signIn(app, 'rob')
    const NEW_PASSWORD = 'Another-horse-8-battery'
    await rig.api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: app.clientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: 'rob', NEW_PASSWORD },
        ClientMetadata,
      }),
    )
    const events = rig.take()
    assert.deepEqual(
      events.map((event) => event['triggerSource']),
      ['PostAuthentication_Authentication', 'TokenGeneration_NewPasswordChallenge'],
    )
    for (const { request } of events) assert.deepEqual(request['clientMetadata'], ClientMetadata)
  })
})
