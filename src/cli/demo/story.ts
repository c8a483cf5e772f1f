// What the chapters of the demo share: the stack, its clients and the pool with its users.
import {
  CognitoIdentityProviderClient,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { KMSClient } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import type { Narrator } from './narrator.js'
import { type PoolNames, type Session, signUpPeople } from './people.js'
import type { DemoStack } from './stack.js'

export const POOL_SETTINGS = {
  AutoVerifiedAttributes: ['email' as const],
  Policies: { PasswordPolicy: { MinimumLength: 12 } },
}

export interface Story {
  readonly narrator: Narrator
  readonly stack: DemoStack
  readonly primaryRegion: string
  readonly secondaryRegion: string
  readonly users: number
  readonly pool: PoolNames
  readonly machine: { readonly clientId: string; readonly secret: string; readonly domain: string }
  /** Sessions that began in the primary Region, by user number. */
  readonly sessions: Map<number, Session>
  /** All tokens that were issued anywhere, for the verifier. */
  readonly tokens: string[]
  readonly measures: Record<string, number>
  expectedUsers: number
}

type StoryOptions = Pick<
  Story,
  'narrator' | 'stack' | 'primaryRegion' | 'secondaryRegion' | 'users'
>

export async function createStory(options: StoryOptions): Promise<Story> {
  const { narrator, users } = options
  narrator.chapter(`A user pool in ${options.primaryRegion}`)
  const client = sdkClient(options, options.primaryRegion)
  const userPoolId = await narrator.step('CreateUserPool', async () => {
    const { UserPool } = await client.send(
      new CreateUserPoolCommand({ PoolName: 'demo', ...POOL_SETTINGS }),
    )
    return required(UserPool?.Id, 'pool ID')
  })
  const clientId = await narrator.step('CreateUserPoolClient for people', async () => {
    const { UserPoolClient } = await client.send(
      new CreateUserPoolClientCommand({
        UserPoolId: userPoolId,
        ClientName: 'people',
        ExplicitAuthFlows: [
          'ALLOW_USER_SRP_AUTH',
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
        ],
      }),
    )
    return required(UserPoolClient?.ClientId, 'client ID')
  })
  const machine = await narrator.step('a domain, a resource server and a machine client', () =>
    createMachine(client, userPoolId),
  )
  const pool = { userPoolId, clientId }
  await narrator.step(`${users} users sign up and are confirmed`, () =>
    signUpPeople(client, pool, { from: 0, to: users }),
  )
  return {
    ...options,
    pool,
    machine,
    sessions: new Map(),
    tokens: [],
    measures: {},
    expectedUsers: users,
  }
}

async function createMachine(client: CognitoIdentityProviderClient, userPoolId: string) {
  const domain = `demo-${userPoolId.slice(-9).toLowerCase()}`
  await client.send(new CreateUserPoolDomainCommand({ UserPoolId: userPoolId, Domain: domain }))
  await client.send(
    new CreateResourceServerCommand({
      UserPoolId: userPoolId,
      Identifier: 'orders',
      Name: 'orders',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'Reads orders' }],
    }),
  )
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: 'machine',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['orders/read'],
      AllowedOAuthFlowsUserPoolClient: true,
    }),
  )
  return {
    domain,
    clientId: required(UserPoolClient?.ClientId, 'client ID'),
    secret: required(UserPoolClient?.ClientSecret, 'client secret'),
  }
}

type Connected = Pick<Story, 'stack'>

export function endpointOf({ stack }: Connected, region: string): string {
  return required(stack.regions[region], region).endpoint
}

export function sdkClient(story: Connected, region: string): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient(clientOptions(story, region))
}

export function kmsClient(story: Connected, region: string): KMSClient {
  return new KMSClient(clientOptions(story, region))
}

function clientOptions(story: Connected, region: string) {
  return {
    region,
    endpoint: endpointOf(story, region),
    credentials: story.stack.credentials,
    // The demo measures the first responses after an outage; retries of the SDK would blur them.
    maxAttempts: 1,
  }
}
