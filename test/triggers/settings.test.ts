// LambdaConfig as a setting: what is described, what members must agree on, and what a tier lacks;
// and functions that administrators call by themselves.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import {
  type LambdaConfigType,
  ListUserPoolsCommand,
  SignUpCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { assertRefused, isAlive, twinpoolAsync } from '#test/support/program.js'
import { failure, PASSWORD, REGION, startTestApi, type TestApi } from '#test/support/test-api.js'
import { lambdaArn, triggerModules } from '#test/support/trigger-module.js'

const ARN = lambdaArn('sign-up')
const MISSING = lambdaArn('missing')

describe('LambdaConfig', () => {
  const modules = triggerModules()
  let api: TestApi
  before(async () => {
    const module = modules.write(
      `export const handler = (event) => {
         if (event.fails) throw new Error('as asked')
         return { ...event, seen: true }
       }`,
    )
    const missing = modules.write('export const nothing = 1')
    const functions = [
      { arn: ARN, module },
      { arn: MISSING, module: missing },
    ]
    api = await startTestApi({ functions: { functions } })
  })
  after(async () => {
    await api.stop()
    modules.remove()
  })

  const describedAfter = async (LambdaConfig: LambdaConfigType, more = {}) => {
    const Id = await api.makePool({ LambdaConfig, ...more })
    return (await api.describePool(Id)).LambdaConfig
  }

  test('is described as it was given, the function before tokens by both names', async () => {
    const plain = { PreSignUp: ARN, CustomMessage: ARN, UserMigration: ARN }
    assert.deepEqual(await describedAfter(plain), plain)
    const both = (LambdaVersion: 'V1_0' | 'V2_0') => ({
      PreTokenGeneration: ARN,
      PreTokenGenerationConfig: { LambdaVersion, LambdaArn: ARN },
    })
    assert.deepEqual(await describedAfter({ PreTokenGeneration: ARN }), both('V1_0'))
    const { PreTokenGenerationConfig } = both('V2_0')
    assert.deepEqual(await describedAfter({ PreTokenGenerationConfig }), both('V2_0'))
    assert.deepEqual(await describedAfter(both('V2_0')), both('V2_0'))
  })

  test('is replaced as a whole, and listed', async () => {
    const UserPoolId = await api.makePool({ LambdaConfig: { PreSignUp: ARN } })
    const update = (LambdaConfig?: LambdaConfigType) =>
      api.cognito.send(
        new UpdateUserPoolCommand({ UserPoolId, ...(LambdaConfig && { LambdaConfig }) }),
      )
    await update({ PostConfirmation: ARN })
    const { UserPools = [] } = await api.cognito.send(new ListUserPoolsCommand({ MaxResults: 60 }))
    const listed = UserPools.find(({ Id }) => Id === UserPoolId)
    assert.deepEqual(listed?.LambdaConfig, { PostConfirmation: ARN })
    await update()
    assert.deepEqual((await api.describePool(UserPoolId)).LambdaConfig, {})
  })

  test('both names of the function before tokens name the same one', async () => {
    const LambdaConfig = {
      PreTokenGeneration: ARN,
      PreTokenGenerationConfig: { LambdaVersion: 'V1_0' as const, LambdaArn: MISSING },
    }
    const text =
      'PreTokenGeneration and PreTokenGenerationConfig must name the same Lambda function.'
    const refused = failure('InvalidParameterException', text)
    await assert.rejects(api.makePool({ LambdaConfig }), refused)
    const UserPoolId = await api.makePool()
    const update = new UpdateUserPoolCommand({ UserPoolId, LambdaConfig })
    await assert.rejects(api.cognito.send(update), refused)
  })

  test('later versions of the event need a plan that has them', async () => {
    for (const LambdaVersion of ['V2_0', 'V3_0'] as const) {
      const PreTokenGenerationConfig = { LambdaVersion, LambdaArn: ARN }
      const LambdaConfig = { PreTokenGenerationConfig }
      const text =
        'Access token customization is not available in the LITE tier. ' +
        'Change the tier to ESSENTIALS or higher.'
      const refused = failure('FeatureUnavailableInTierException', text)
      await assert.rejects(api.makePool({ LambdaConfig, UserPoolTier: 'LITE' }), refused)
      const UserPoolId = await api.makePool({ LambdaConfig })
      const down = { UserPoolId, LambdaConfig, UserPoolTier: 'LITE' as const }
      await assert.rejects(api.cognito.send(new UpdateUserPoolCommand(down)), refused)
    }
    const PreTokenGenerationConfig = { LambdaVersion: 'V1_0' as const, LambdaArn: ARN }
    await api.makePool({ LambdaConfig: { PreTokenGenerationConfig }, UserPoolTier: 'LITE' })
  })

  test('what is no ARN is refused', async () => {
    for (const arn of ['x', 'arn:aws:lambda', '']) {
      await assert.rejects(
        api.makePool({ LambdaConfig: { PreSignUp: arn } }),
        failure('InvalidParameterException'),
        arn,
      )
    }
  })

  const target = () => ({ region: REGION, endpoint: api.endpoint, credentials: ROOT_ACCESS_KEY })
  const testTrigger = (input: Record<string, unknown>) => callAny([target()], 'TestTrigger', input)

  test('TestTrigger calls a function, and ListTriggers counts', async () => {
    const returned = await testTrigger({ FunctionArn: ARN, Event: '{"a":1}' })
    assert.equal(returned['Outcome'], 'RETURNED')
    assert.equal(returned['Payload'], '{"a":1,"seen":true}')
    assert.equal(returned['RegionName'], REGION)
    const threw = await testTrigger({ FunctionArn: ARN, Event: '{"fails":true}' })
    assert.deepEqual([threw['Outcome'], threw['Message']], ['THREW', 'as asked'])
    const failed = await testTrigger({ FunctionArn: MISSING, Event: '{}' })
    const notLoaded = 'Runtime.ImportModuleError'
    assert.deepEqual([failed['Outcome'], failed['Message']], ['NOT_INVOKED', notLoaded])
    const { Triggers: triggers } = await callAny([target()], 'ListTriggers', {})
    const shown = (triggers as Record<string, unknown>[]).find(
      (each) => each['FunctionArn'] === ARN,
    )
    const { TotalMilliseconds, LongestMilliseconds, ...rest } = required(shown, 'figures')
    assert.ok(Number(TotalMilliseconds) >= Number(LongestMilliseconds))
    assert.deepEqual(rest, {
      RegionName: REGION,
      FunctionArn: ARN,
      Transport: 'module',
      Running: 0,
      Queued: 0,
      Returned: 1,
      Threw: 1,
      Failed: 0,
      Retries: 0,
      Rejected: 0,
      Restarts: 0,
    })
    for (const [input, text] of [
      [{ FunctionArn: 'x', Event: '{}' }, /FunctionArn is not the ARN of a Lambda function/],
      [{ FunctionArn: ARN, Event: '{' }, /Event is not valid JSON/],
      [{ FunctionArn: ARN }, /Event is missing/],
    ] as const) {
      await assert.rejects(testTrigger(input), text)
    }
  })

  test('twinpool triggers, and twinpool triggers test', async () => {
    const event = modules.write('{"a":1}', 'json')
    const failing = modules.write('{"fails":true}', 'json')
    const flags = ['--endpoint', api.endpoint, '--region', REGION]
    const environment = {
      AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_ACCESS_KEY.secretAccessKey,
    }
    const run = (...args: string[]) => twinpoolAsync(['triggers', ...args, ...flags], environment)
    const returned = await run('test', ARN, '--event', event)
    assert.deepEqual(JSON.parse(returned.stdout), { a: 1, seen: true })
    const json = await run('test', ARN, '--event', event, '--json')
    assert.equal(JSON.parse(json.stdout).Outcome, 'RETURNED')
    assertRefused(await run('test', ARN, '--event', failing), /The function threw: as asked/)
    assertRefused(await run('test', MISSING, '--event', event), /Runtime\.ImportModuleError/)
    assertRefused(await run('test', ARN, '--event', `${event}.none`), /cannot be read/)
    const table = await run()
    assert.match(table.stdout, /^Region +Function +Transport .*\nus-west-2 +arn:aws:lambda/)
    const list = await run('list', '--json')
    assert.ok(JSON.parse(list.stdout).Triggers.length >= 1)
    writeFileSync(event, '{')
    assertRefused(await run('test', ARN, '--event', event), /Event is not valid JSON/)
  })

  test('a node that stops leaves no process of its modules', async () => {
    const node = await startTestApi({
      functions: {
        functions: [
          { arn: ARN, module: modules.write(`export const handler = () => process.pid`) },
        ],
      },
    })
    let pid = 0
    try {
      const there = { ...target(), endpoint: node.endpoint }
      const output = await callAny([there], 'TestTrigger', { FunctionArn: ARN, Event: '{}' })
      pid = Number(output['Payload'])
      assert.ok(isAlive(pid))
    } finally {
      await node.stop()
    }
    assert.ok(!isAlive(pid))
  })

  test('a pool’s trigger runs as a module, too', async () => {
    const poolId = await api.makePool({ LambdaConfig: { PreSignUp: MISSING } })
    const { clientId: ClientId } = await api.makeClient(poolId)
    const signUp = new SignUpCommand({ ClientId, Username: 'ada', Password: PASSWORD })
    const text = 'PreSignUp invocation failed due to error Runtime.ImportModuleError.'
    await assert.rejects(api.cognito.send(signUp), failure('UnexpectedLambdaException', text))
    const LambdaConfig = { PreSignUp: ARN }
    await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId: poolId, LambdaConfig }))
    await api.cognito.send(signUp)
  })
})
