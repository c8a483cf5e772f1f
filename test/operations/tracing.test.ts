// Traces as the SDK of OpenTelemetry gets them: which spans a request has, whose children they are,
// how failures look, that nothing secret is in any of them, and that there are none when tracing is
// off.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateUserPoolCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node'
import { required } from '#base/assert.js'
import { SPAN_ATTRIBUTES } from '#ports/tracing.js'
import { type LambdaService, startLambdaService } from '#test/support/lambda-service.js'
import { type MailServer, startMailServer } from '#test/support/mail-server.js'
import { childrenOf, collectSpans, PARENT, spanNamed, TRACEPARENT } from '#test/support/spans.js'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'
import { lambdaArn } from '#test/support/trigger-module.js'
import { EAST, startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'

const COGNITO = 'AWSCognitoIdentityProviderService'
const FUNCTION = lambdaArn('traced')

const exporter = collectSpans()

/** Spans of the trace of a span, whose parents are among them. */
function assertWithin(root: ReadableSpan, name: string): ReadableSpan {
  const { traceId } = root.spanContext()
  const found = exporter
    .getFinishedSpans()
    .find((span) => span.name === name && span.spanContext().traceId === traceId)
  return required(found, `${name} in the trace of ${root.name}`)
}

describe('traces of a Region', () => {
  let api: TestApi
  let functions: LambdaService
  let mail: MailServer
  let app: TestClient
  before(async () => {
    functions = await startLambdaService()
    functions.behaviour = ({ event }) => event
    mail = await startMailServer()
    api = await startTestApi({
      tracing: { enabled: true },
      functions: { functions: [{ arn: FUNCTION, url: functions.url }] },
      messages: { email: 'smtp', smtpUrl: `smtp://127.0.0.1:${mail.port}` },
    })
    const LambdaConfig = { PreAuthentication: FUNCTION }
    app = await api.makeClient(
      await api.makePool({ LambdaConfig, AutoVerifiedAttributes: ['email'] }),
    )
    await api.makeUser(app.poolId, 'ada')
  })
  after(async () => {
    await api.stop()
    await mail.stop()
    await functions.close()
  })

  const signIn = (password: string, endpoint = api.cognito) =>
    endpoint.send(
      new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId: app.clientId,
        AuthParameters: { USERNAME: 'ada', PASSWORD: password },
      }),
    )
  const post = async (operation: string, headers: Record<string, string> = {}) => {
    const response = await fetch(api.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${COGNITO}.${operation}`,
        ...headers,
      },
      body: '{}',
    })
    await response.text()
    return response
  }

  test('have a span for the operation, and in it those of what it calls', async () => {
    const { $metadata: sent } = await signIn(PASSWORD)
    const span = await spanNamed(`${COGNITO}.InitiateAuth`)
    assert.equal(span.kind, SpanKind.SERVER)
    assert.equal(span.parentSpanContext, undefined)
    assert.deepEqual(span.attributes, {
      'rpc.system.name': 'aws-api',
      'rpc.method': `${COGNITO}/InitiateAuth`,
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'aws.request_id': sent.requestId,
    })
    assert.equal(span.status.code, SpanStatusCode.UNSET)
    const [call, another] = childrenOf(span, 'Lambda.Invoke')
    assert.equal(another, undefined)
    assert.equal(call?.kind, SpanKind.CLIENT)
    assert.deepEqual(call?.attributes, {
      'rpc.system.name': 'aws-api',
      'rpc.method': 'Lambda/Invoke',
      'aws.lambda.invoked_arn': FUNCTION,
    })
    const statement = assertWithin(span, 'postgresql statement')
    assert.deepEqual(statement.attributes, {
      'db.system.name': 'postgresql',
      'db.operation.name': 'statement',
    })
  })

  test('are of the trace that the caller names, and of no other header', async () => {
    await post('InitiateAuth', { traceparent: TRACEPARENT, baggage: 'user=ada' })
    const span = await spanNamed(`${COGNITO}.InitiateAuth`)
    assert.equal(span.spanContext().traceId, PARENT.traceId)
    assert.equal(span.parentSpanContext?.spanId, PARENT.spanId)
    exporter.reset()
    await post('InitiateAuth', { traceparent: '00-nonsense-01' })
    const own = await spanNamed(`${COGNITO}.InitiateAuth`)
    assert.equal(own.parentSpanContext, undefined)
  })

  test('tell a refusal by its error, and call no refusal a fault', async () => {
    await assert.rejects(signIn('Wrong-horse-7-battery'), { name: 'NotAuthorizedException' })
    const span = await spanNamed(`${COGNITO}.InitiateAuth`)
    assert.equal(span.attributes['error.type'], 'NotAuthorizedException')
    assert.equal(span.attributes['http.response.status_code'], 400)
    assert.equal(span.status.code, SpanStatusCode.UNSET)
  })

  test('tell of a function that failed', async () => {
    functions.behaviour = () => {
      throw new Error('no function answers')
    }
    await assert.rejects(signIn(PASSWORD), { name: 'UnexpectedLambdaException' })
    functions.behaviour = ({ event }) => event
    const span = await spanNamed(`${COGNITO}.InitiateAuth`)
    const [call] = childrenOf(span, 'Lambda.Invoke')
    assert.equal(call?.attributes['error.type'], 'failed')
    assert.deepEqual(call?.status, { code: SpanStatusCode.ERROR })
    assert.deepEqual(call?.events, [])
  })

  test('have the messages that are sent, and those that are not', async () => {
    const signUp = (Username: string) =>
      api.cognito.send(
        new SignUpCommand({
          ...{ ClientId: app.clientId, Username, Password: PASSWORD },
          UserAttributes: [{ Name: 'email', Value: `${Username}@example.com` }],
        }),
      )
    await signUp('eve')
    const root = await spanNamed(`${COGNITO}.SignUp`)
    const span = assertWithin(root, 'send EMAIL')
    assert.deepEqual(span.attributes, {
      'messaging.operation.type': 'send',
      'messaging.system': 'smtp',
    })
    exporter.reset()
    mail.behave('refuse')
    await assert.rejects(signUp('mallory'))
    mail.behave('take')
    const failed = assertWithin(await spanNamed(`${COGNITO}.SignUp`), 'send EMAIL')
    assert.equal(failed.status.code, SpanStatusCode.ERROR)
    assert.match(String(failed.attributes['error.type']), /^[a-z-]+$/)
  })

  test('have the calls of the KMS, and its word where it refuses', async () => {
    const { KeyMetadata } = await api.kms.send(new CreateKeyCommand({ MultiRegion: true }))
    await spanNamed('TrentService.CreateKey')
    const create = (KmsKeyArn = '') =>
      api.cognito.send(
        new CreateUserPoolCommand({
          PoolName: 'people',
          KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn },
        }),
      )
    await create(KeyMetadata?.Arn)
    const root = await spanNamed(`${COGNITO}.CreateUserPool`)
    const call = assertWithin(root, 'KMS.GenerateDataKey')
    assert.equal(call.kind, SpanKind.CLIENT)
    assert.equal(call.attributes['rpc.method'], 'KMS/GenerateDataKey')
    exporter.reset()
    await assert.rejects(create(KeyMetadata?.Arn?.replace(/mrk-.*/, 'mrk-0')))
    const refused = await spanNamed(`${COGNITO}.CreateUserPool`)
    const words = exporter
      .getFinishedSpans()
      .filter(({ name }) => name.startsWith('KMS.'))
      .filter((span) => span.spanContext().traceId === refused.spanContext().traceId)
      .map((span) => span.attributes['error.type'])
    assert.deepEqual(words, ['not-found'])
  })

  test('name routes and not paths, and operations only if they are some', async () => {
    await fetch(`${api.endpoint}/${app.poolId}/.well-known/jwks.json`).then((r) => r.text())
    const route = await spanNamed('GET /:poolId/.well-known/jwks.json')
    assert.equal(route.attributes['http.route'], '/:poolId/.well-known/jwks.json')
    assert.equal(route.attributes['http.response.status_code'], 200)
    await post('MadeUpByACaller')
    const unknown = await spanNamed(`${COGNITO}._OTHER`)
    assert.equal(unknown.attributes['rpc.method'], `${COGNITO}/_OTHER`)
    assert.equal(unknown.attributes['error.type'], 'UnknownOperationException')
    await fetch(`${api.endpoint}/made-up-by-a-caller`).then((r) => r.text())
    const names = JSON.stringify(exporter.getFinishedSpans().map(contentOf))
    assert.doesNotMatch(names, /made-?up/i)
  })

  test('of a health check are only there in the trace of a caller', async () => {
    const check = (headers: Record<string, string> = {}) =>
      fetch(`${api.endpoint}/health`, { headers }).then((r) => r.text())
    await check()
    await check({ traceparent: TRACEPARENT })
    const span = await spanNamed('GET /health')
    assert.equal(span.spanContext().traceId, PARENT.traceId)
    assert.equal(exporter.getFinishedSpans().filter(({ name }) => name === span.name).length, 1)
  })

  test('hold no user, no secret and no pool, and only attributes of the table', async () => {
    const tokens = await api.signIn(app, 'ada')
    await assert.rejects(signIn('Wrong-horse-7-battery'))
    await api.cognito.send(
      new SignUpCommand({
        ...{ ClientId: app.clientId, Username: 'grace', Password: PASSWORD },
        UserAttributes: [{ Name: 'email', Value: 'grace@example.com' }],
      }),
    )
    await spanNamed(`${COGNITO}.SignUp`)
    const spans = exporter.getFinishedSpans()
    assert.ok(spans.length > 10)
    const text = JSON.stringify(spans.map(contentOf))
    const secrets = [PASSWORD, 'Wrong-horse', app.clientId, app.poolId, 'grace', '"ada"', 'eyJ']
    for (const secret of [...secrets, tokens.refresh, 'select ', '@example', '127.0.0.1']) {
      assert.ok(!text.includes(secret), secret)
    }
    const known = Object.keys(SPAN_ATTRIBUTES)
    for (const { attributes } of spans) {
      for (const name of Object.keys(attributes)) assert.ok(known.includes(name), name)
    }
  })

  test('begin with a request: what a node does by itself is in none', async () => {
    await signIn(PASSWORD)
    await spanNamed(`${COGNITO}.InitiateAuth`)
    const roots = exporter.getFinishedSpans().filter((span) => span.parentSpanContext === undefined)
    assert.deepEqual(
      roots.filter(({ kind }) => kind !== SpanKind.SERVER).map(({ name }) => name),
      [],
    )
  })

  test('are not made by a node whose tracing is off', async () => {
    const quiet = await api.addNode({ tracing: { enabled: false } })
    exporter.reset()
    await signIn(PASSWORD, quiet.cognito)
    await fetch(`${quiet.endpoint}/${app.poolId}/.well-known/jwks.json`).then((r) => r.text())
    await fetch(`${quiet.endpoint}/health`, { headers: { traceparent: TRACEPARENT } })
    // What the other node does behind a response may end only now. A span here would begin a trace,
    // or be that of the request of one.
    const begun = exporter
      .getFinishedSpans()
      .filter(({ kind, parentSpanContext }) => kind === SpanKind.SERVER || !parentSpanContext)
    assert.deepEqual(
      begun.map(({ name }) => name),
      [],
    )
  })
})

/** What is sent of a span besides IDs and times. */
const contentOf = ({ name, attributes, events, links, status }: ReadableSpan) => ({
  ...{ name, attributes, events, links, status },
})

describe('traces of two Regions', () => {
  let stack: TwoNodes
  before(async () => {
    stack = await startTwoNodes({ tracing: { enabled: true } })
  })
  after(() => stack.close())

  test('go on in the other Region', async () => {
    const { KeyMetadata } = await stack.west.kms.send(new CreateKeyCommand({ MultiRegion: true }))
    exporter.reset()
    await stack.west.kms.send(
      new ReplicateKeyCommand({ KeyId: KeyMetadata?.Arn, ReplicaRegion: EAST }),
    )
    const root = await spanNamed('TrentService.ReplicateKey')
    const received = await spanNamed(
      'POST /region-link/v1/:name',
      (span) => span.spanContext().traceId === root.spanContext().traceId,
    )
    const sent = exporter
      .getFinishedSpans()
      .find((span) => span.attributes['rpc.system.name'] === 'twinpool-link')
    assert.equal(sent?.kind, SpanKind.CLIENT)
    assert.equal(sent?.attributes['server.address'], EAST)
    assert.equal(sent?.spanContext().traceId, root.spanContext().traceId)
    assert.equal(received.kind, SpanKind.SERVER)
    assert.equal(received.parentSpanContext?.spanId, sent?.spanContext().spanId)
  })
})
