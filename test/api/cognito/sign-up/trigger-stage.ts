// A server whose triggers are recorded, and the calls of account flows against it.
import assert from 'node:assert/strict'
import {
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminGetUserCommand,
  type CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  type SignUpCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import type { User } from '#domain/user/user.js'
import { TriggerError, type Triggers } from '#ports/triggers.js'
import { type RecordedCall, RecordingTriggers } from '#test/support/recording-triggers.js'
import { watchStatements } from '#test/support/statements.js'
import {
  attributeList,
  attributesOf,
  failure,
  PASSWORD,
  startTestApi,
  type TestClient,
} from '#test/support/test-api.js'

export const OTHER_PASSWORD = 'Another-horse-7-battery'
export const ClientMetadata = { campaign: 'spring' }
export const UNREADABLE = failure('InvalidLambdaResponseException', 'Unrecognizable lambda output')
export const ABSENT = failure('UserNotFoundException')

/** Makes a point refuse, and gives the error that the caller then gets. */
export function refusing(point: keyof Triggers, text = 'Not today') {
  const name = `${point.charAt(0).toUpperCase()}${point.slice(1)}` as TriggerError['trigger']
  const refuse = () => {
    throw new TriggerError(name, 'refused', text)
  }
  return {
    instead: { [point]: refuse },
    error: failure('UserLambdaValidationException', `${name} failed with error ${text}.`),
  }
}

export type TriggerStage = Awaited<ReturnType<typeof startTriggerStage>>

export async function startTriggerStage() {
  const recording = new RecordingTriggers()
  const api = await startTestApi({ triggers: recording.triggers })
  const watch = watchStatements()
  recording.isInTransaction = () => watch.isInTransaction
  const poolId = await api.makePool({ AutoVerifiedAttributes: ['email'] })
  const app = await api.makeClient(poolId, { PreventUserExistenceErrors: 'LEGACY' })
  const hiding = await api.makeClient(poolId, { PreventUserExistenceErrors: 'ENABLED' })
  // Users sign in by addresses, too, and changed addresses wait for their proof.
  const aliasedPoolId = await api.makePool({
    AliasAttributes: ['email', 'preferred_username'],
    AutoVerifiedAttributes: ['email'],
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  })
  const aliased = await api.makeClient(aliasedPoolId)
  return {
    recording,
    api,
    app,
    hiding,
    aliased,
    ...callsOf(api.cognito, app),
    find: async (Username: string, { poolId: UserPoolId } = app) => {
      const found = await api.cognito.send(new AdminGetUserCommand({ UserPoolId, Username }))
      return { status: found.UserStatus, attributes: attributesOf(found.UserAttributes) }
    },
    makeVerified: (client: TestClient, name: string) =>
      api.makeUser(client.poolId, name, {
        email: `${name}@example.com`,
        email_verified: 'true',
      }),
    code: (name: string) => api.code(app.poolId, name),
    wrongCode: async (name: string) =>
      (await api.code(app.poolId, name)) === '000000' ? '000001' : '000000',
    messages: (name: string) => api.messages(app.poolId, name),
    /** The calls since the last time, which must be these, with the context of the request. */
    takeCalls: (operation: string, sources: readonly string[], client?: TestClient) =>
      checkedEvents(recording.take(), {
        operation,
        sources,
        client,
        poolId: client?.poolId ?? poolId,
      }),
    reset() {
      recording.instead = {}
      recording.take()
    },
    async stop() {
      watch.stop()
      await api.stop()
      assert.deepEqual(recording.inTransaction, [])
    },
  }
}

export function userOf(event: RecordedCall['event'] | undefined): User {
  return required(event?.['user'] as User | undefined, 'user')
}

function checkedEvents(
  calls: readonly RecordedCall[],
  expected: {
    readonly operation: string
    readonly sources: readonly string[]
    readonly client: TestClient | undefined
    readonly poolId: string
  },
): readonly RecordedCall['event'][] {
  const events = calls.map(({ event }) => event)
  assert.deepEqual(
    events.map(({ source }) => source),
    expected.sources,
  )
  for (const { pool, client, request, ...more } of events) {
    assert.equal(pool.id, expected.poolId)
    assert.equal(client?.clientId, expected.client?.clientId)
    assert.ok(!('secrets' in more))
    assert.equal(request.operation, expected.operation)
    assert.deepEqual({ ...request.clientMetadata }, ClientMetadata)
    assert.match(request.userAgent ?? '', /aws-sdk-js/)
    assert.match(request.sourceIp, /^(?:127\.0\.0\.1|::1)$/)
    assert.equal(request.eventId, events[0]?.request.eventId)
  }
  return events
}

function callsOf(cognito: CognitoIdentityProviderClient, app: TestClient) {
  return {
    signUp: (Username: string, more: Partial<SignUpCommandInput> = {}, { clientId } = app) =>
      cognito.send(
        new SignUpCommand({
          ClientId: clientId,
          Username,
          Password: PASSWORD,
          UserAttributes: attributeList({ email: `${Username}@example.com` }),
          ClientMetadata,
          ...more,
        }),
      ),
    confirm: (Username: string, ConfirmationCode: string) =>
      cognito.send(
        new ConfirmSignUpCommand({
          ClientId: app.clientId,
          Username,
          ConfirmationCode,
          ClientMetadata,
        }),
      ),
    resend: (Username: string) =>
      cognito.send(
        new ResendConfirmationCodeCommand({ ClientId: app.clientId, Username, ClientMetadata }),
      ),
    forgot: (Username: string, { clientId: ClientId } = app) =>
      cognito.send(new ForgotPasswordCommand({ ClientId, Username, ClientMetadata })),
    resetPassword: (Username: string, ConfirmationCode: string) =>
      cognito.send(
        new ConfirmForgotPasswordCommand({
          ClientId: app.clientId,
          Username,
          ConfirmationCode,
          Password: OTHER_PASSWORD,
          ClientMetadata,
        }),
      ),
    invite: (Username: string, more: Partial<AdminCreateUserCommandInput> = {}) =>
      cognito.send(
        new AdminCreateUserCommand({
          UserPoolId: app.poolId,
          Username,
          UserAttributes: attributeList({ email: `${Username}@example.com` }),
          DesiredDeliveryMediums: ['EMAIL'],
          ClientMetadata,
          ...more,
        }),
      ),
  }
}
