// Who may put a pool under a customer managed key, which pools may have one, and what strangers
// learn of it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolCommand,
  GetUserCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import { ACCOUNT_ID, ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { PASSWORD, REGION, startTestApi, type TestApi } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'

describe('customer managed keys', () => {
  let api: TestApi
  const clients: CognitoIdentityProviderClient[] = []
  before(async () => {
    api = await startTestApi({ keys: { dataKeyTtlSeconds: 1 } })
  })
  after(async () => {
    for (const client of clients) client.destroy()
    await api.stop()
  })

  async function makeKey(): Promise<string> {
    const { KeyMetadata } = await api.kms.send(new CreateKeyCommand({}))
    return required(KeyMetadata?.Arn, 'key ARN')
  }
  const under = (arn: string): Partial<CreateUserPoolCommandInput> => ({
    KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: arn },
  })
  const create = (input: Partial<CreateUserPoolCommandInput>, cognito = api.cognito) =>
    cognito.send(new CreateUserPoolCommand({ PoolName: 'pool', ...input }))

  /** A client whose access key has these permissions. */
  async function callerWith(...statements: readonly object[]) {
    const { endpoint } = api
    const target = { region: REGION, endpoint, credentials: ROOT_ACCESS_KEY }
    const policy = { Version: '2012-10-17', Statement: statements }
    const created = await callAny([target], 'CreateAccessKey', {
      PolicyDocument: JSON.stringify(policy),
    })
    const { AccessKeyId, SecretAccessKey } = created['AccessKey'] as Record<string, string>
    const credentials = {
      accessKeyId: required(AccessKeyId, 'access key ID'),
      secretAccessKey: required(SecretAccessKey, 'secret'),
    }
    const client = new CognitoIdentityProviderClient({
      region: REGION,
      endpoint,
      credentials,
      maxAttempts: 1,
    })
    clients.push(client)
    return client
  }

  const POOLS = { Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' }
  const USED = ['DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'Encrypt', 'Decrypt']

  test('a caller who configures a key must be allowed to use it', async () => {
    const [mine, other] = [await makeKey(), await makeKey()]
    const actions = USED.map((name) => `kms:${name}`)
    const caller = await callerWith(POOLS, { Effect: 'Allow', Action: actions, Resource: mine })
    const denied = (action: string, arn: string) => (error: Error) => {
      assert.equal(error.name, 'AccessDeniedException')
      assert.match(error.message, new RegExp(`perform: ${action} on resource: ${arn} because no`))
      return true
    }
    const { UserPool } = await create(under(mine), caller)
    const UserPoolId = required(UserPool?.Id, 'pool')
    await assert.rejects(create(under(other), caller), denied('kms:DescribeKey', other))
    const update = (arn: string) =>
      caller.send(new UpdateUserPoolCommand({ UserPoolId, ...under(arn) }))
    await assert.rejects(update(other), denied('kms:DescribeKey', other))
    // What is there already may be said again, and a key that does not exist tells nothing.
    const plain = await callerWith(POOLS)
    await plain.send(new UpdateUserPoolCommand({ UserPoolId, ...under(mine) }))
    const absent = other.replace(/key\/.*/, 'key/00000000-0000-0000-0000-000000000000')
    await assert.rejects(create(under(absent), plain), denied('kms:DescribeKey', absent))
    const described = await plain.send(new DescribeUserPoolCommand({ UserPoolId }))
    assert.equal(described.UserPool?.KeyConfiguration?.KmsKeyArn, mine)
  })

  for (const name of USED) {
    test(`a caller without kms:${name} may not configure a key`, async () => {
      const arn = await makeKey()
      const deny = { Effect: 'Deny', Action: `kms:${name}`, Resource: '*' }
      const caller = await callerWith(
        POOLS,
        { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
        deny,
      )
      await assert.rejects(create(under(arn), caller), (error: Error) => {
        assert.equal(error.name, 'AccessDeniedException')
        assert.match(error.message, new RegExp(`kms:${name} .* with an explicit deny`))
        return true
      })
    })
  }

  test('pools of the LITE tier have none', async () => {
    const arn = await makeKey()
    const unavailable = {
      name: 'FeatureUnavailableInTierException',
      message:
        'A customer managed key is not available in the LITE tier. ' +
        'Change the tier to ESSENTIALS or higher.',
    }
    await assert.rejects(create({ UserPoolTier: 'LITE', ...under(arn) }), unavailable)
    const { UserPool: lite } = await create({ UserPoolTier: 'LITE' })
    const update = (UserPoolId: string | undefined, input: object) =>
      api.cognito.send(new UpdateUserPoolCommand({ UserPoolId, ...input }))
    await assert.rejects(update(lite?.Id, under(arn)), unavailable)
    // With the tier that has them, in one call.
    await update(lite?.Id, { UserPoolTier: 'ESSENTIALS', ...under(arn) })
    const notAllowed = {
      name: 'TierChangeNotAllowedException',
      message: 'A user pool with a customer managed key needs the ESSENTIALS or PLUS tier.',
    }
    await assert.rejects(update(lite?.Id, { UserPoolTier: 'LITE' }), notAllowed)
    await assert.rejects(update(lite?.Id, { UserPoolTier: 'LITE', ...under(arn) }), notAllowed)
    await update(lite?.Id, {
      UserPoolTier: 'LITE',
      KeyConfiguration: { KeyType: 'AWS_OWNED_KEY' },
    })
  })

  test('strangers do not read the ARN of a key that is switched off', async () => {
    const arn = await makeKey()
    const poolId = await api.makePool(under(arn))
    const app = await api.makeClient(poolId)
    await api.makeUser(poolId, 'ada')
    const tokens = await api.signIn(app, 'ada')
    await api.kms.send(new DisableKeyCommand({ KeyId: arn }))
    const signIn = () =>
      api.cognito.send(
        new InitiateAuthCommand({
          ClientId: app.clientId,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: 'ada', PASSWORD },
        }),
      )
    await waitFor(
      () =>
        signIn().then(
          () => false,
          () => true,
        ),
      { what: 'the pool to be stopped' },
    )
    const stranger = {
      name: 'InvalidParameterException',
      message:
        'KMS validation error: the KMS key of the user pool is in an invalid state: disabled.',
    }
    await assert.rejects(signIn(), stranger)
    const getUser = api.cognito.send(new GetUserCommand({ AccessToken: tokens.access }))
    await assert.rejects(getUser, (error: Error) => {
      assert.deepEqual([error.name, error.message], [stranger.name, stranger.message])
      for (const secret of [arn, ACCOUNT_ID])
        assert.equal(JSON.stringify(error).includes(secret), false)
      return true
    })
    const signed = api.cognito.send(new ListUsersCommand({ UserPoolId: poolId }))
    await assert.rejects(signed, {
      name: 'InvalidParameterException',
      message: `KMS validation error: KMS key ${arn} is in an invalid state: disabled.`,
    })
    await api.kms.send(new EnableKeyCommand({ KeyId: arn }))
    assert.ok((await signIn()).AuthenticationResult)
  })
})
