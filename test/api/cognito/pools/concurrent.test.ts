// Changes of one pool or client at the same moment: each is decided upon what the others left, and
// a caller who cannot get through gets an error that says so.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import {
  AddCustomAttributesCommand,
  AdminCreateUserCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

const MANY = 16
const NUMBERS = Array.from({ length: MANY }, (_, n) => n)

describe('changes at the same moment', () => {
  let api: TestApi
  let sql: Sql
  let pool: UserPoolType
  before(async () => {
    api = await startTestApi()
    sql = api.openSql()
  })
  after(() => api.stop())
  beforeEach(async () => {
    const create = new CreateUserPoolCommand({ PoolName: 'raced', UserPoolTags: { first: '1' } })
    pool = required((await api.cognito.send(create)).UserPool, 'pool')
  })

  const describePool = async () =>
    required(
      (await api.cognito.send(new DescribeUserPoolCommand({ UserPoolId: pool.Id }))).UserPool,
      'pool',
    )
  const customNames = async () =>
    (await describePool()).SchemaAttributes?.map(({ Name }) => Name).filter((name) =>
      name?.startsWith('custom:'),
    )
  const addAttribute = (Name: string) =>
    api.cognito.send(
      new AddCustomAttributesCommand({
        UserPoolId: pool.Id,
        CustomAttributes: [{ Name, AttributeDataType: 'String' }],
      }),
    )
  const tagsOf = async () =>
    (await api.cognito.send(new ListTagsForResourceCommand({ ResourceArn: pool.Arn }))).Tags

  test('every custom attribute is there', async () => {
    await Promise.all(NUMBERS.map((n) => addAttribute(`n${n}`)))
    const names = await customNames()
    assert.deepEqual(names?.toSorted(), NUMBERS.map((n) => `custom:n${n}`).toSorted())
  })

  test('of those who add one attribute, one succeeds', async () => {
    const outcomes = await Promise.allSettled(NUMBERS.map(() => addAttribute('same')))
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        assert.equal(outcome.reason.name, 'InvalidParameterException')
      }
    }
    assert.deepEqual(await customNames(), ['custom:same'])
  })

  test('an update of the pool loses no attribute, and no update is half of another', async () => {
    const update = (n: number) =>
      api.cognito.send(
        new UpdateUserPoolCommand({
          UserPoolId: pool.Id,
          PoolName: `name ${n}`,
          EmailVerificationSubject: `subject ${n}`,
          UserPoolTags: { of: `${n}` },
        }),
      )
    const half = NUMBERS.slice(0, MANY / 2)
    await Promise.all(half.flatMap((n) => [update(n), addAttribute(`n${n}`)]))
    const described = await describePool()
    const last = required(described.Name, 'name').slice('name '.length)
    assert.equal(described.EmailVerificationSubject, `subject ${last}`)
    assert.deepEqual(described.UserPoolTags, { of: last })
    assert.equal((await customNames())?.length, half.length)
  })

  test('every tag is added, and every tag removed', async () => {
    await Promise.all(
      NUMBERS.map((n) =>
        api.cognito.send(
          new TagResourceCommand({ ResourceArn: pool.Arn, Tags: { [`k${n}`]: `${n}` } }),
        ),
      ),
    )
    const all = { first: '1', ...Object.fromEntries(NUMBERS.map((n) => [`k${n}`, `${n}`])) }
    assert.deepEqual(await tagsOf(), all)
    await Promise.all(
      NUMBERS.map((n) =>
        api.cognito.send(new UntagResourceCommand({ ResourceArn: pool.Arn, TagKeys: [`k${n}`] })),
      ),
    )
    assert.deepEqual(await tagsOf(), { first: '1' })
  })

  test('the limit of tags holds', async () => {
    const batch = (n: number) => ({
      ResourceArn: pool.Arn,
      Tags: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${n}-${i}`, ''])),
    })
    const outcomes = await Promise.allSettled(
      NUMBERS.slice(0, 8).map((n) => api.cognito.send(new TagResourceCommand(batch(n)))),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 4)
    assert.equal(Object.keys((await tagsOf()) ?? {}).length, 41)
  })

  test('switches of the key end with one key for the pool and all data keys', async () => {
    const keys = await Promise.all(
      NUMBERS.slice(0, 4).map(async () => {
        const { KeyMetadata } = await api.kms.send(new CreateKeyCommand({ MultiRegion: true }))
        return required(KeyMetadata?.Arn, 'ARN')
      }),
    )
    await Promise.all(
      keys.map((KmsKeyArn) =>
        api.cognito.send(
          new UpdateUserPoolCommand({
            UserPoolId: pool.Id,
            KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn },
          }),
        ),
      ),
    )
    const [row] = await sql<{ arn: string; arns: readonly string[]; keys: number }[]>`
      select p.kms_key_arn as arn, count(*)::int as keys,
             array_agg(distinct k.kms_key_arn) as arns
        from user_pools p join data_keys k using (user_pool_id)
       where p.user_pool_id = ${pool.Id ?? ''} group by p.kms_key_arn`
    const { arn, arns, keys: count } = required(row, 'row')
    assert.ok(keys.includes(arn))
    assert.deepEqual(arns, [arn])
    assert.equal(count, 3)
    // And they open.
    await api.cognito.send(new AdminCreateUserCommand({ UserPoolId: pool.Id, Username: 'u' }))
  })

  async function createClient() {
    const command = new CreateUserPoolClientCommand({ UserPoolId: pool.Id, ClientName: 'web' })
    return required((await api.cognito.send(command)).UserPoolClient, 'client')
  }

  test('updates of a client are whole, and each is later than the one before', async () => {
    const { ClientId, LastModifiedDate } = await createClient()
    const at = { UserPoolId: pool.Id, ClientId }
    const responses = await Promise.all(
      NUMBERS.map(async (n) => {
        const update = { ...at, RefreshTokenValidity: n + 1, ClientName: `web${n + 1}` }
        return (await api.cognito.send(new UpdateUserPoolClientCommand(update))).UserPoolClient
      }),
    )
    const { UserPoolClient: last } = await api.cognito.send(new DescribeUserPoolClientCommand(at))
    assert.equal(last?.ClientName, `web${last?.RefreshTokenValidity}`)
    const times = responses.map((response) =>
      required(response?.LastModifiedDate, 'date').getTime(),
    )
    assert.equal(new Set(times).size, MANY)
    assert.equal(Math.max(...times), last?.LastModifiedDate?.getTime())
    assert.ok(Math.min(...times) > required(LastModifiedDate, 'date').getTime())
  })

  /** Makes every update of a table come too late while `work` runs. */
  async function losing(table: string, work: () => Promise<void>): Promise<void> {
    await sql.unsafe(`
      create function lose() returns trigger language plpgsql as 'begin return null; end';
      create trigger lose before update on ${table} for each row execute function lose()`)
    try {
      await work()
    } finally {
      await sql.unsafe(`drop trigger lose on ${table}; drop function lose()`)
    }
  }

  test('a caller who comes too late again and again gets an error that says so', async () => {
    const busy = 'The user pool is being changed by other requests.'
    const { ClientId } = await createClient()
    const { UserPoolClient: untouched } = await api.cognito.send(
      new DescribeUserPoolClientCommand({ UserPoolId: pool.Id, ClientId }),
    )
    const updatePool = () =>
      api.cognito.send(
        new UpdateUserPoolCommand({ UserPoolId: pool.Id, UserPoolTags: { lost: '' } }),
      )
    await losing('user_pools', async () => {
      const concurrent = { name: 'ConcurrentModificationException', message: busy }
      await assert.rejects(updatePool(), concurrent)
      await assert.rejects(addAttribute('n'), { name: 'TooManyRequestsException', message: busy })
    })
    await losing('regional_settings', async () => {
      await assert.rejects(updatePool(), { name: 'ConcurrentModificationException' })
      for (const command of [
        new TagResourceCommand({ ResourceArn: pool.Arn, Tags: { lost: '' } }),
        new UntagResourceCommand({ ResourceArn: pool.Arn, TagKeys: ['first'] }),
      ]) {
        const call = api.cognito.send(command as TagResourceCommand)
        await assert.rejects(call, { name: 'TooManyRequestsException', message: busy })
      }
    })
    await losing('user_pool_clients', async () => {
      const update = { UserPoolId: pool.Id, ClientId, RefreshTokenValidity: 5 }
      await assert.rejects(api.cognito.send(new UpdateUserPoolClientCommand(update)), {
        name: 'ConcurrentModificationException',
        message: 'The app client is being changed by other requests.',
      })
    })
    // Nothing of them is left, neither the half that could have been written.
    const { LastModifiedDate, ...described } = await describePool()
    assert.equal(LastModifiedDate?.getTime(), pool.LastModifiedDate?.getTime())
    assert.deepEqual(described.UserPoolTags, { first: '1' })
    const { UserPoolClient: client } = await api.cognito.send(
      new DescribeUserPoolClientCommand({ UserPoolId: pool.Id, ClientId }),
    )
    assert.deepEqual(client, untouched)
  })
})
