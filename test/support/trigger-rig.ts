// A node whose triggers are functions behind an address, and a test that says what each of them
// does: pools and clients with some of them, and the events that came.
import {
  AdminGetUserCommand,
  InitiateAuthCommand,
  type LambdaConfigType,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { TRIGGER_NAMES, type TriggerName } from '#domain/trigger/lambda-config.js'
import { type Behaviour, type LambdaService, startLambdaService } from './lambda-service.js'
import {
  PASSWORD,
  REGION,
  startTestApi,
  type TestApi,
  type TestApiOptions,
  type TestClient,
} from './test-api.js'
import { lambdaArn } from './trigger-module.js'

export const ClientMetadata = { campaign: 'spring' }

/** Those that no federation calls. */
const NAMES = TRIGGER_NAMES.filter((name) => name !== 'InboundFederation')

/** An event as a function got it. */
export type Event = Record<string, unknown> & { request: Record<string, unknown> }

export class TriggerRig {
  readonly service: LambdaService
  readonly api: TestApi
  /**
   * What functions do, by name; without an entry they return the event as it came. Members of a
   * response, a whole event, a payload or a behaviour of the service.
   */
  instead: Partial<Record<TriggerName, (event: Event) => unknown>> = {}

  private constructor(service: LambdaService, api: TestApi) {
    this.service = service
    this.api = api
    service.behaviour = (call, response) => {
      const name = (call.functionName.split(':').at(-1) ?? '') as TriggerName
      const event = call.event as Event
      const made = this.instead[name]
      if (made === undefined) return event
      const result = made(event)
      if (typeof result === 'function') return (result as Behaviour)(call, response)
      if (typeof result !== 'object' || result === null || 'version' in result) return result
      return { ...event, response: { ...(event['response'] as object), ...result } }
    }
  }

  static async start(options: TestApiOptions = {}): Promise<TriggerRig> {
    const service = await startLambdaService()
    const functions = NAMES.map((name) => ({ arn: lambdaArn(name), url: service.url }))
    const api = await startTestApi({ functions: { functions }, beatMs: 60_000, ...options })
    return new TriggerRig(service, api)
  }

  async stop(): Promise<void> {
    await this.api.stop()
    await this.service.close()
  }

  reset(): void {
    this.instead = {}
    this.service.calls.length = 0
  }

  /** A client of a pool whose functions are these. */
  async makeApp(
    names: readonly TriggerName[],
    input: Parameters<TestApi['makePool']>[0] = {},
    client: Parameters<TestApi['makeClient']>[1] = {},
  ): Promise<TestClient> {
    const given = Object.fromEntries(names.map((name) => [name, lambdaArn(name)]))
    const LambdaConfig = { ...given, ...input.LambdaConfig } as LambdaConfigType
    const poolId = await this.api.makePool({ ...input, LambdaConfig })
    return this.api.makeClient(poolId, client)
  }

  /** The events since the last time. */
  take(): Event[] {
    return this.service.calls.splice(0).map(({ event }) => event as Event)
  }

  /** The only event since the last time. */
  one(): Event {
    const [event, ...more] = this.take()
    if (more.length > 0) throw new Error(`more events: ${JSON.stringify(more)}`)
    return required(event, 'an event')
  }

  signIn(
    { clientId: ClientId }: TestClient,
    USERNAME: string,
    metadata: Record<string, string> = ClientMetadata,
  ) {
    return this.api.cognito.send(
      new InitiateAuthCommand({
        AuthFlow: 'USER_PASSWORD_AUTH',
        ClientId,
        AuthParameters: { USERNAME, PASSWORD },
        ClientMetadata: metadata,
      }),
    )
  }

  signUp(app: TestClient, Username: string, attributes: Readonly<Record<string, string>> = {}) {
    return this.api.cognito.send(
      new SignUpCommand({
        ClientId: app.clientId,
        Username,
        Password: PASSWORD,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        ValidationData: [{ Name: 'captcha', Value: 'ok' }],
        ClientMetadata,
      }),
    )
  }

  statusOf({ poolId: UserPoolId }: TestClient, Username: string) {
    return this.api.cognito.send(new AdminGetUserCommand({ UserPoolId, Username }))
  }
}

/** The part that all events of a call by the SDK have, as `normal` leaves it. */
export function common(app: TestClient, source: string, userName: string) {
  return {
    version: '1',
    triggerSource: source,
    region: REGION,
    userPoolId: app.poolId,
    userName,
    callerContext: { awsSdkVersion: 'aws-sdk-js-3', clientId: app.clientId },
  }
}

/** The event with the SDK's version cut short, which every update of it changes. */
export function normal(event: Event): Event {
  const context = event['callerContext'] as Record<string, string>
  const awsSdkVersion = String(context['awsSdkVersion']).replace(/^(aws-sdk-js-3)\..*$/, '$1')
  return { ...event, callerContext: { ...context, awsSdkVersion } }
}
