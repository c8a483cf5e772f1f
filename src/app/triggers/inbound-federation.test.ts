// No flow calls this trigger yet, so it is called here, with a function that is a value.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Pool } from '#ports/capability.js'
import type { FunctionOutcome, TriggerFunctions } from '#ports/trigger-functions.js'
import { TriggerError } from '#ports/triggers.js'
import { createCustomerTriggers } from './customer-triggers.js'

const lambdaArn = 'arn:aws:lambda:us-west-2:123456789012:function:federation'
const pool = {
  id: 'us-west-2_abc',
  region: 'us-west-2',
  regionalSettings: { lambdaConfig: { inboundFederation: { lambdaArn, lambdaVersion: 'V1_0' } } },
} as unknown as Pool
const request = {
  requestId: 'r',
  eventId: 'e',
  operation: 'authorize',
  sourceIp: '127.0.0.1',
  userAgent: undefined,
  clientMetadata: {},
  userContextData: undefined,
}
const event = {
  source: 'InboundFederation_ExternalProvider',
  pool,
  client: undefined,
  request,
  username: 'google_1',
  providerName: 'Google',
  providerType: 'Google',
  attributes: { idToken: { email: 'ada@example.com' } },
} as const

function ask(respond: (sent: Record<string, unknown>) => unknown, of: Pool = pool) {
  const calls: Record<string, unknown>[] = []
  const functions: TriggerFunctions = {
    async invoke(_arn, payload): Promise<FunctionOutcome> {
      const sent = JSON.parse(payload) as Record<string, unknown>
      calls.push(sent)
      const response = respond(sent)
      return { kind: 'returned', payload: JSON.stringify({ ...sent, response }) }
    },
    notify: async () => ({ kind: 'failed', reason: 'not asked for' }),
    figures: () => [],
  }
  const options = { functions } as Parameters<typeof createCustomerTriggers>[0]
  const mapped = createCustomerTriggers(options).inboundFederation({ ...event, pool: of })
  return { mapped, calls }
}

describe('inbound federation', () => {
  test('the event, and attributes that replace those of the provider', async () => {
    const { mapped, calls } = ask(() => ({ userAttributesToMap: { email: 'x@example.com' } }))
    assert.deepEqual(await mapped, { email: 'x@example.com' })
    assert.deepEqual(calls, [
      {
        version: '1',
        triggerSource: 'InboundFederation_ExternalProvider',
        region: 'us-west-2',
        userPoolId: 'us-west-2_abc',
        userName: 'google_1',
        callerContext: {
          awsSdkVersion: 'aws-sdk-unknown-unknown',
          clientId: 'CLIENT_ID_NOT_APPLICABLE',
        },
        request: {
          providerName: 'Google',
          providerType: 'Google',
          attributes: { idToken: { email: 'ada@example.com' } },
        },
        response: { userAttributesToMap: null },
      },
    ])
  })

  test('nothing or an empty object leaves what the provider said', async () => {
    for (const response of [{}, { userAttributesToMap: null }, { userAttributesToMap: {} }]) {
      assert.equal(await ask(() => response).mapped, undefined)
    }
    const none = { ...pool, regionalSettings: {} } as Pool
    const { mapped, calls } = ask(() => ({}), none)
    assert.equal(mapped, undefined)
    assert.deepEqual(calls, [])
  })

  test('what is no map of texts is an invalid response', async () => {
    for (const userAttributesToMap of ['x', [], { email: 1 }]) {
      const { mapped } = ask(() => ({ userAttributesToMap }))
      await assert.rejects(
        async () => mapped,
        (error) => error instanceof TriggerError && error.failure === 'invalid-response',
      )
    }
  })
})
