// The attribute schema of a pool: at its creation and by AddCustomAttributes.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AddCustomAttributesCommand,
  type CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

describe('attribute schemas', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi()
  })
  after(() => api.stop())

  const create = (input: Partial<CreateUserPoolCommandInput> = {}) =>
    api.createPool({ PoolName: 'pool', ...input })
  const describePool = (id: string | undefined) => api.describePool(id)

  test('a schema says its types, and bounds that can be', async () => {
    const text = (bounds: object) => ({
      Name: 'email',
      AttributeDataType: 'String' as const,
      StringAttributeConstraints: bounds,
    })
    for (const [attribute, message] of [
      [
        { Name: 'x' },
        'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
      ],
      [
        text({ MaxLength: '2049' }),
        'user.email: String attributes cannot have a length of more than 2048',
      ],
      [text({ MinLength: 'one' }), 'Invalid StringAttributeConstraints for schema attribute email'],
      [
        text({ MinLength: '2', MaxLength: '1' }),
        'user.email: Max length cannot be less than min length.',
      ],
    ] as const) {
      await assert.rejects(create({ Schema: [attribute] }), {
        name: 'InvalidParameterException',
        message,
      })
    }
  })

  test('an attribute is added once, for administrators alone too', async () => {
    const banana = {
      Name: 'banana',
      AttributeDataType: 'String' as const,
      DeveloperOnlyAttribute: true,
    }
    const { Id } = await create({ Schema: [banana] })
    const again = new AddCustomAttributesCommand({ UserPoolId: Id, CustomAttributes: [banana] })
    await assert.rejects(api.cognito.send(again), {
      name: 'InvalidParameterException',
      message: 'custom:banana: Existing attribute already has name dev:custom:banana.',
    })
  })

  test('custom attributes are added for good', async () => {
    const { Id } = await create()
    const add = (Name: string) =>
      api.cognito.send(
        new AddCustomAttributesCommand({
          UserPoolId: Id,
          CustomAttributes: [{ Name, AttributeDataType: 'Number' }],
        }),
      )
    await add('level')
    const names = (await describePool(Id)).SchemaAttributes?.map(({ Name }) => Name)
    assert(names?.includes('custom:level'))
    await assert.rejects(add('level'), { name: 'InvalidParameterException' })
    const other = await create()
    assert(!other.SchemaAttributes?.some(({ Name }) => Name === 'custom:level'))
  })
})
