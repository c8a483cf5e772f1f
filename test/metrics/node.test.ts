// What a node counts, seen on its page: sign-ins, functions, messages, requests beyond a rate; and
// that nobody who calls the service decides how many series there are.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  InitiateAuthCommand,
  ListGroupsCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { METRIC_LABELS } from '#ports/metric-definitions.js'
import { type LambdaService, startLambdaService } from '#test/support/lambda-service.js'
import { type Scrape, scrape } from '#test/support/scrape.js'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'
import { lambdaArn } from '#test/support/trigger-module.js'

const FAILING = lambdaArn('failing')
const SIGN_INS = 'twinpool_sign_ins_total'
const REQUESTS = 'twinpool_requests_total'

describe('the metrics of a node', () => {
  let api: TestApi
  let service: LambdaService
  let poolId: string
  let app: TestClient
  before(async () => {
    service = await startLambdaService()
    service.behaviour = () => {
      throw new Error('no function answers')
    }
    api = await startTestApi({
      metrics: { enabled: true },
      rates: { enforced: true },
      functions: { functions: [{ arn: FAILING, url: service.url }] },
    })
    poolId = await api.makePool()
    app = await api.makeClient(poolId)
    await api.makeUser(poolId, 'ada')
  })
  after(async () => {
    await api.stop()
    await service.close()
  })

  /** What a metric rises by while `act` runs. */
  async function riseOf(act: () => Promise<unknown>) {
    const earlier = await scrape(api.metricsUrl)
    await act()
    const later = await scrape(api.metricsUrl)
    return (...of: Parameters<Scrape['sum']>) => later.sum(...of) - earlier.sum(...of)
  }

  const signIn = (password: string, client = app) =>
    api.cognito.send(
      new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId: client.clientId,
        AuthParameters: { USERNAME: 'ada', PASSWORD: password },
      }),
    )

  test('count sign-ins by method, refusals by reason, and tokens', async () => {
    const rise = await riseOf(async () => {
      const { AuthenticationResult: result } = await signIn(PASSWORD)
      await signIn(PASSWORD)
      await assert.rejects(signIn('Wrong-horse-7-battery'), { name: 'NotAuthorizedException' })
      await api.cognito.send(
        new InitiateAuthCommand({
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          ClientId: app.clientId,
          AuthParameters: { REFRESH_TOKEN: result?.RefreshToken ?? '' },
        }),
      )
      await assert.rejects(
        api.cognito.send(
          new GetTokensFromRefreshTokenCommand({ ClientId: app.clientId, RefreshToken: 'none' }),
        ),
      )
    })
    assert.equal(rise(SIGN_INS, { method: 'password', result: 'tokens' }), 2)
    assert.equal(rise(SIGN_INS, { method: 'password' }), 3)
    assert.equal(rise(SIGN_INS, { method: 'refresh', result: 'tokens' }), 1)
    assert.equal(rise('twinpool_tokens_total', { grant: 'sign-in' }), 2)
    assert.equal(rise('twinpool_tokens_total', { grant: 'refresh' }), 1)
    const initiated = { service: 'cognito-idp', operation: 'InitiateAuth' }
    assert.equal(rise(REQUESTS, { ...initiated, result: 'ok' }), 3)
    assert.equal(rise(REQUESTS, { ...initiated, result: 'NotAuthorizedException' }), 1)
    assert.equal(rise('twinpool_request_duration_seconds_count', initiated), 4)
  })

  test('count calls of functions that failed, their tries and how long they took', async () => {
    const LambdaConfig = { PreAuthentication: FAILING }
    const client = await api.makeClient(await api.makePool({ LambdaConfig }))
    await api.makeUser(client.poolId, 'ada')
    const rise = await riseOf(() =>
      assert.rejects(signIn(PASSWORD, client), { name: 'UnexpectedLambdaException' }),
    )
    const calls = 'twinpool_trigger_calls_total'
    assert.equal(rise(calls, { function: FAILING, result: 'failed' }), 1)
    assert.equal(rise(calls), 1)
    assert.equal(rise('twinpool_trigger_duration_seconds_count', { function: FAILING }), 1)
    assert.equal(rise('twinpool_trigger_queue_wait_seconds_count', { function: FAILING }), 1)
    const page = await scrape(api.metricsUrl)
    assert.equal(page.one('twinpool_trigger_calls_running', { function: FAILING }), 0)
    assert.equal(page.one('twinpool_trigger_calls_queued', { function: FAILING }), 0)
  })

  test('count what the outbox keeps', async () => {
    const pool = await api.makePool({ AutoVerifiedAttributes: ['email'] })
    const { clientId: ClientId } = await api.makeClient(pool)
    const UserAttributes = [{ Name: 'email', Value: 'eve@example.com' }]
    const input = { ClientId, Username: 'eve', Password: PASSWORD, UserAttributes }
    const rise = await riseOf(() => api.cognito.send(new SignUpCommand(input)))
    const labels = { medium: 'EMAIL', transport: 'outbox', result: 'kept' }
    assert.equal(rise('twinpool_messages_total', labels), 1)
    assert.equal(rise('twinpool_messages_total'), 1)
  })

  test('count requests beyond a rate, by category', async () => {
    const list = () => api.cognito.send(new ListGroupsCommand({ UserPoolId: poolId }))
    const rise = await riseOf(async () => {
      const calls = await Promise.allSettled(Array.from({ length: 60 }, list))
      assert.ok(calls.some(({ status }) => status === 'rejected'))
    })
    const throttled = rise('twinpool_throttled_total')
    assert.ok(throttled > 0)
    assert.equal(rise('twinpool_throttled_total', { category: 'UserPoolResourceRead' }), throttled)
    const result = 'TooManyRequestsException'
    assert.equal(rise(REQUESTS, { operation: 'ListGroups', result }), throttled)
  })

  test('count calls of keys, and say how many pools can use theirs', async () => {
    const { KeyMetadata } = await api.kms.send(new CreateKeyCommand({ MultiRegion: true }))
    const rise = await riseOf(async () => {
      const KeyConfiguration = {
        KeyType: 'CUSTOMER_MANAGED_KEY' as const,
        KmsKeyArn: KeyMetadata?.Arn,
      }
      await api.makePool({ KeyConfiguration })
    })
    assert.ok(rise('twinpool_kms_calls_total', { result: 'ok' }) > 0)
    assert.equal(rise(REQUESTS, { service: 'kms' }), 0)
    const page = await scrape(api.metricsUrl)
    const leases = page.one('twinpool_key_leases')
    assert.ok(leases >= 1)
    assert.equal(page.one('twinpool_pool_keys', { state: 'usable' }), leases)
    assert.ok(page.one('twinpool_key_lease_age_seconds') <= 60)
  })

  test('have one series for all operations and routes that do not exist', async () => {
    const before = (await scrape(api.metricsUrl)).samples.length
    const post = (name: string, headers: Record<string, string> = {}) =>
      fetch(api.endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${name}`,
          ...headers,
        },
        body: '{}',
      })
    for (let at = 0; at < 40; at += 1) {
      await (await post(`MadeUp${at}`)).text()
      await (await post('GetUser', { 'x-forwarded-host': `made-up-${at}.example` })).text()
      await (await fetch(`${api.endpoint}/made-up/${at}`)).text()
      await (await fetch(`${api.endpoint}/made-up-${at}/.well-known/jwks.json`)).text()
      await (await fetch(api.endpoint, { method: 'PROPFIND' })).text()
    }
    const page = await scrape(api.metricsUrl)
    assert.equal(page.sum(REQUESTS, { service: 'cognito-idp', operation: 'unknown' }), 40)
    assert.ok(page.sum(REQUESTS, { service: 'http', operation: 'unknown' }) >= 40)
    const made = page.samples.filter(({ labels }) => /made-?up/i.test(JSON.stringify(labels)))
    assert.deepEqual(made, [])
    // A series of requests and a histogram each, for the four kinds of them.
    assert.ok(page.samples.length < before + 100, `${before} samples became ${page.samples.length}`)
  })

  test('name no user, pool, client, address or token', async () => {
    const { AuthenticationResult: result } = await signIn(PASSWORD)
    await api.cognito.send(new GetUserCommand({ AccessToken: result?.AccessToken }))
    const text = await (await fetch(api.metricsUrl)).text()
    for (const secret of [poolId, app.clientId, 'ada', 'eve', '127.0.0.1', 'eyJ']) {
      assert.ok(!text.includes(secret), secret)
    }
  })

  test('have only labels that are bounded', async () => {
    const { samples } = await scrape(api.metricsUrl)
    const values = new Map<string, Set<string>>()
    for (const { name, labels } of samples.filter((each) => each.name.startsWith('twinpool_'))) {
      for (const [label, value] of Object.entries(labels)) {
        if (label === 'le') continue
        const key = `${name} ${label}`
        values.set(key, (values.get(key) ?? new Set()).add(value))
        assert.ok(Object.hasOwn(METRIC_LABELS, label), key)
      }
    }
    assert.ok(values.size > 20)
    for (const [key, seen] of values) {
      const label = key.split(' ')[1] as keyof typeof METRIC_LABELS
      assert.ok(seen.size <= METRIC_LABELS[label].max + 1, key)
    }
  })

  test('are on no other path, and not on the endpoint', async () => {
    const { origin } = new URL(api.metricsUrl)
    assert.equal((await fetch(origin)).status, 404)
    assert.equal((await fetch(api.metricsUrl, { method: 'POST' })).status, 404)
    assert.equal((await fetch(`${api.endpoint}/metrics`)).status, 404)
  })
})
