import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  type CreateUserPoolDomainCommandInput,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

describe('domains', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi()
  })
  after(() => api.stop())

  async function makePool(tier: 'LITE' | 'ESSENTIALS' = 'ESSENTIALS'): Promise<string> {
    const { UserPool } = await api.cognito.send(
      new CreateUserPoolCommand({ PoolName: 'domains', UserPoolTier: tier }),
    )
    return required(UserPool?.Id, 'pool ID')
  }

  const create = (
    UserPoolId: string,
    Domain: string,
    more: Partial<CreateUserPoolDomainCommandInput> = {},
  ) => api.cognito.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain, ...more }))
  const find = async (Domain: string) =>
    (await api.cognito.send(new DescribeUserPoolDomainCommand({ Domain }))).DomainDescription
  const remove = (UserPoolId: string, Domain: string) =>
    api.cognito.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain }))

  test('a prefix domain is created, described and deleted', async () => {
    const pool = await makePool()
    assert.deepEqual(await find('acme-login'), {})
    const { ManagedLoginVersion } = await create(pool, 'acme-login', { ManagedLoginVersion: 2 })
    assert.equal(ManagedLoginVersion, 2)
    const { AWSAccountId, Version, ...rest } = required(await find('acme-login'), 'description')
    assert.match(required(AWSAccountId, 'account'), /^\d{12}$/)
    assert.match(required(Version, 'version'), /^\d{14}$/)
    assert.deepEqual(rest, {
      UserPoolId: pool,
      Domain: 'acme-login',
      Status: 'ACTIVE',
      S3Bucket: 'bucket.invalid',
      CloudFrontDistribution: 'distribution.invalid',
      CustomDomainConfig: {},
      ManagedLoginVersion: 2,
    })
    await remove(pool, 'acme-login')
    assert.deepEqual(await find('acme-login'), {})
    await assert.rejects(remove(pool, 'acme-login'), { name: 'InvalidParameterException' })
  })

  test('a name belongs to one pool and a pool has one name', async () => {
    const [first, second] = [await makePool(), await makePool()]
    await create(first, 'taken-name')
    const refused = { name: 'InvalidParameterException' }
    await assert.rejects(create(second, 'taken-name'), refused)
    await assert.rejects(create(first, 'another-name'), refused)
    await assert.rejects(remove(second, 'taken-name'), refused)
    assert.equal((await find('taken-name'))?.UserPoolId, first)
  })

  test('a name with dots is that of a custom domain, and no prefix', async () => {
    const pool = await makePool()
    assert.deepEqual(await find('auth.example.com'), {})
    const prefix = create(pool, 'auth.example.com')
    await assert.rejects(prefix, {
      name: 'InvalidParameterException',
      message: /^1 validation error detected: Value at 'domain' failed/,
    })
    await assert.rejects(remove(pool, 'auth.example.com'), {
      name: 'InvalidParameterException',
      message: 'No such domain or user pool exists.',
    })
  })

  test('reserved words, odd characters and custom domains are refused', async () => {
    const pool = await makePool()
    const refused = { name: 'InvalidParameterException' }
    for (const name of ['my-aws', 'amazonas', 'cognito-x', 'Upper', '-dash', 'a_b']) {
      await assert.rejects(create(pool, name), refused, name)
    }
    const CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/x'
    const custom = create(pool, 'login.example.com', { CustomDomainConfig: { CertificateArn } })
    await assert.rejects(custom, {
      name: 'NotImplementedException',
      message: /^CustomDomainConfig/,
    })
    const routed = create(pool, 'routed', {
      Routing: { Failover: { SecondaryRegion: 'us-east-1', PrimaryRoute53HealthCheckId: 'x' } },
    })
    await assert.rejects(routed, { name: 'NotImplementedException', message: /^Routing/ })
    await assert.rejects(create(pool, 'version', { ManagedLoginVersion: 3 }), refused)
    const lite = create(await makePool('LITE'), 'lite', { ManagedLoginVersion: 2 })
    await assert.rejects(lite, { name: 'FeatureUnavailableInTierException' })
  })
})
