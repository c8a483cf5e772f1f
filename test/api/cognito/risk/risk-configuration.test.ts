// The configuration of threat protection, of a pool and of an app client by itself.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  DescribeRiskConfigurationCommand,
  SetRiskConfigurationCommand,
  type SetRiskConfigurationCommandInput,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  type UserPoolAddOnsType,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { failure, startTestApi, type TestApi } from '#test/support/test-api.js'

type Configuration = Omit<SetRiskConfigurationCommandInput, 'UserPoolId' | 'ClientId'>

const ABSENT = failure('UserPoolAddOnNotEnabledException', 'User pool add-ons are not enabled.')
const invalid = (message: string) => failure('InvalidParameterException', message)
const SOURCE = 'arn:aws:ses:us-west-2:123456789012:identity/example.com'
const template = (Subject: string) => ({ Subject, HtmlBody: '<p>{login-time}</p>' })
const FULL = {
  CompromisedCredentialsRiskConfiguration: {
    EventFilter: ['SIGN_IN', 'SIGN_UP'],
    Actions: { EventAction: 'BLOCK' },
  },
  AccountTakeoverRiskConfiguration: {
    NotifyConfiguration: {
      From: 'security@example.com',
      ReplyTo: 'help@example.com',
      SourceArn: SOURCE,
      BlockEmail: template('Blocked'),
      MfaEmail: template('Asked'),
      NoActionEmail: { Subject: 'Seen', TextBody: 'at {login-time}' },
    },
    Actions: {
      LowAction: { EventAction: 'NO_ACTION', Notify: true },
      MediumAction: { EventAction: 'MFA_IF_CONFIGURED', Notify: false },
      HighAction: { EventAction: 'BLOCK', Notify: true },
    },
  },
  RiskExceptionConfiguration: {
    BlockedIPRangeList: ['198.51.100.0/24', '2001:db8:bad::/48'],
    SkippedIPRangeList: ['192.0.2.7/32'],
  },
} as const satisfies Readonly<Record<keyof Configuration, object>>
const FULL_INPUT = structuredClone(FULL) as unknown as Required<Configuration>

describe('risk configurations', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi()
  })
  after(() => api.stop())

  const makePool = (UserPoolAddOns: UserPoolAddOnsType = { AdvancedSecurityMode: 'AUDIT' }) =>
    api.makePool({ UserPoolTier: 'PLUS', UserPoolAddOns })
  const set = async (UserPoolId: string, input: Configuration, ClientId?: string) => {
    const command = new SetRiskConfigurationCommand({ UserPoolId, ClientId, ...input })
    return (await api.cognito.send(command)).RiskConfiguration
  }
  const get = async (UserPoolId: string, ClientId?: string) => {
    const command = new DescribeRiskConfigurationCommand({ UserPoolId, ClientId })
    return (await api.cognito.send(command)).RiskConfiguration
  }

  test('all of it is described as it was given, and goes when nothing is', async () => {
    const UserPoolId = await makePool()
    assert.deepEqual(await get(UserPoolId), { UserPoolId })
    const given = await set(UserPoolId, FULL_INPUT)
    const { LastModifiedDate, ...rest } = given ?? {}
    assert.ok(LastModifiedDate instanceof Date)
    assert.deepEqual(rest, { UserPoolId, ...FULL })
    assert.deepEqual(await get(UserPoolId), given)
    // Replaced as a whole.
    await set(UserPoolId, { RiskExceptionConfiguration: FULL_INPUT.RiskExceptionConfiguration })
    const { LastModifiedDate: _, ...replaced } = (await get(UserPoolId)) ?? {}
    assert.deepEqual(replaced, {
      UserPoolId,
      RiskExceptionConfiguration: FULL.RiskExceptionConfiguration,
    })
    await set(UserPoolId, {})
    const { LastModifiedDate: __, ...reset } = (await get(UserPoolId)) ?? {}
    assert.deepEqual(reset, { UserPoolId })
  })

  test('an app client has its own, which neither changes nor shows that of the pool', async () => {
    const UserPoolId = await makePool()
    const { clientId } = await api.makeClient(UserPoolId)
    const { clientId: other } = await api.makeClient(UserPoolId)
    await set(UserPoolId, FULL_INPUT)
    const { RiskExceptionConfiguration } = FULL_INPUT
    await set(UserPoolId, { RiskExceptionConfiguration }, clientId)
    const { LastModifiedDate: _, ...own } = (await get(UserPoolId, clientId)) ?? {}
    assert.deepEqual(own, { UserPoolId, ClientId: clientId, RiskExceptionConfiguration })
    assert.deepEqual(await get(UserPoolId, other), { UserPoolId, ClientId: other })
    assert.ok((await get(UserPoolId))?.AccountTakeoverRiskConfiguration)
    // Updates of the pool and of the client leave it.
    const keep = { AdvancedSecurityMode: 'AUDIT' } as const
    await api.cognito.send(new UpdateUserPoolCommand({ UserPoolId, UserPoolAddOns: keep }))
    await api.cognito.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId: clientId }))
    assert.ok((await get(UserPoolId))?.AccountTakeoverRiskConfiguration)
    assert.ok((await get(UserPoolId, clientId))?.RiskExceptionConfiguration)
  })

  test('a client of another pool has none here', async () => {
    const [one, another] = [await makePool(), await makePool()]
    const { clientId } = await api.makeClient(another)
    const absent = failure(
      'ResourceNotFoundException',
      `User pool client ${clientId} does not exist.`,
    )
    await assert.rejects(get(one, clientId), absent)
    await assert.rejects(set(one, FULL_INPUT, clientId), absent)
  })

  test('a pool without threat protection has none', async () => {
    for (const pool of [await api.makePool(), await makePool({ AdvancedSecurityMode: 'OFF' })]) {
      await assert.rejects(get(pool), ABSENT)
      await assert.rejects(set(pool, FULL_INPUT), ABSENT)
    }
    const custom = {
      AdvancedSecurityMode: 'OFF',
      AdvancedSecurityAdditionalFlows: { CustomAuthMode: 'AUDIT' },
    } as const
    await set(await makePool(custom), FULL_INPUT)
  })

  test('who notifies says from whom and what', async () => {
    const UserPoolId = await makePool()
    const takeover = required(FULL_INPUT.AccountTakeoverRiskConfiguration, 'takeover')
    const { BlockEmail: _, ...untold } = takeover.NotifyConfiguration ?? { SourceArn: SOURCE }
    const { From: __, ...fromNobody } = takeover.NotifyConfiguration ?? { SourceArn: SOURCE }
    const withNotify = (notify: object | undefined) => ({
      AccountTakeoverRiskConfiguration: {
        Actions: takeover.Actions,
        ...(notify && { NotifyConfiguration: { SourceArn: SOURCE, ...notify } }),
      },
    })
    const from = invalid('NotifyConfiguration with From is required where an action notifies.')
    await assert.rejects(set(UserPoolId, withNotify(undefined)), from)
    await assert.rejects(set(UserPoolId, withNotify(fromNobody)), from)
    await assert.rejects(
      set(UserPoolId, withNotify(untold)),
      invalid('NotifyConfiguration must have BlockEmail, as BLOCK notifies.'),
    )
    const empty = { ...takeover.NotifyConfiguration, MfaEmail: { Subject: 'Asked' } }
    await assert.rejects(
      set(UserPoolId, withNotify(empty)),
      invalid('MfaEmail must have HtmlBody or TextBody.'),
    )
    const SourceArn = 'arn:aws:sns:us-west-2:123456789012:topic'
    await assert.rejects(
      set(UserPoolId, withNotify({ ...takeover.NotifyConfiguration, SourceArn })),
      invalid(`${SourceArn} is not the ARN of an identity of Amazon SES.`),
    )
    assert.deepEqual(await get(UserPoolId), { UserPoolId })
  })

  test('ranges are networks in CIDR notation, and 200 at most', async () => {
    const UserPoolId = await makePool()
    const ranges = (BlockedIPRangeList: string[]) => ({
      RiskExceptionConfiguration: { BlockedIPRangeList },
    })
    for (const wrong of ['192.0.2.1', '192.0.2.0/33', '192.0.2/24', '::/129', 'fe80::1%a/64', '']) {
      await assert.rejects(
        set(UserPoolId, ranges(['192.0.2.0/24', wrong])),
        invalid(`BlockedIPRangeList has an invalid CIDR: ${wrong}`),
        wrong,
      )
    }
    const many = Array.from({ length: 201 }, (_, n) => `10.0.${n}.0/24`)
    await assert.rejects(set(UserPoolId, ranges(many)), { name: 'InvalidParameterException' })
    await set(UserPoolId, ranges(many.slice(1)))
  })
})
