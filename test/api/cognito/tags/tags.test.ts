import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateUserPoolCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

describe('tags', () => {
  let api: TestApi
  let arn: string
  before(async () => {
    api = await startTestApi()
    const create = { PoolName: 'tags', UserPoolTags: { a: '1', B: '2' } }
    const { UserPool } = await api.cognito.send(new CreateUserPoolCommand(create))
    arn = required(UserPool?.Arn, 'ARN')
  })
  after(() => api.stop())

  const tagsOf = async (ResourceArn = arn) =>
    (await api.cognito.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags

  test('tags are added, replaced and removed', async () => {
    assert.deepEqual(await tagsOf(), { a: '1', B: '2' })
    const Tags = { B: 'new', c: '' }
    await api.cognito.send(new TagResourceCommand({ ResourceArn: arn, Tags }))
    assert.deepEqual(await tagsOf(), { a: '1', B: 'new', c: '' })
    const TagKeys = ['a', 'absent']
    await api.cognito.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys }))
    assert.deepEqual(await tagsOf(), { B: 'new', c: '' })
  })

  test('reserved keys and unknown resources are refused', async () => {
    const reserved = new TagResourceCommand({ ResourceArn: arn, Tags: { 'aws:a': '1' } })
    await assert.rejects(api.cognito.send(reserved), { name: 'InvalidParameterException' })
    for (const other of [
      arn.replace(/userpool\/.*/, 'userpool/us-west-2_absent'),
      arn.replace('us-west-2:', 'us-east-1:'),
    ]) {
      await assert.rejects(tagsOf(other), { name: 'ResourceNotFoundException' }, other)
    }
  })
})
