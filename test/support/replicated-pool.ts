// A pool with users, an own multi-Region key and a replica, on a running stack of two real Regions.
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  CreateUserPoolReplicaCommand,
  GetUserCommand,
  InitiateAuthCommand,
  ListUserPoolReplicasCommand,
  UpdateUserPoolReplicaCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, KMSClient, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { waitFor } from './wait.js'

export const WEST = 'us-west-2'
export const EAST = 'us-east-1'
export const PASSWORD = 'Correct-horse-7-battery'

export interface ReplicatedPool {
  readonly userPoolId: string
  readonly clientId: string
  readonly keyArn: string
}

export interface Tokens {
  readonly accessToken: string
  readonly idToken: string
  readonly refreshToken: string
}

/** What a client has to know of a stack. */
export interface Endpoints {
  readonly regions: Readonly<Record<string, { readonly endpoint: string }>>
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

function optionsOf(stack: Endpoints, region: string) {
  const { endpoint } = required(stack.regions[region], region)
  // The SDK writes into what it is given.
  return { region, endpoint, credentials: { ...stack.credentials }, maxAttempts: 1 }
}

export function cognitoOf(stack: Endpoints, region: string): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient(optionsOf(stack, region))
}

export function kmsOf(stack: Endpoints, region: string): KMSClient {
  return new KMSClient(optionsOf(stack, region))
}

/** A pool of the west whose key lives in both Regions; it has no replica yet. */
export async function createPool(
  stack: Endpoints,
  options: {
    readonly users?: number
    readonly settings?: Partial<CreateUserPoolCommandInput>
    readonly client?: Partial<CreateUserPoolClientCommandInput>
  } = {},
): Promise<ReplicatedPool> {
  const west = cognitoOf(stack, WEST)
  const kms = kmsOf(stack, WEST)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ MultiRegion: true }))
  const key = required(KeyMetadata, 'key')
  await kms.send(new ReplicateKeyCommand({ KeyId: key.KeyId, ReplicaRegion: EAST }))
  const { UserPool } = await west.send(
    new CreateUserPoolCommand({
      PoolName: 'two-regions',
      KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: key.Arn },
      ...options.settings,
    }),
  )
  const userPoolId = required(UserPool?.Id, 'pool')
  const { UserPoolClient } = await west.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: 'people',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      ...options.client,
    }),
  )
  const clientId = required(UserPoolClient?.ClientId, 'client')
  for (let at = 0; at < (options.users ?? 0); at += 1)
    await addUser(stack, userPoolId, `user-${at}`)
  return { userPoolId, clientId, keyArn: required(key.Arn, 'key ARN') }
}

export async function addUser(
  stack: Endpoints,
  userPoolId: string,
  username: string,
  attributes: Readonly<Record<string, string>> = { email: `${username}@example.com` },
): Promise<void> {
  const west = cognitoOf(stack, WEST)
  const user = { UserPoolId: userPoolId, Username: username }
  await west.send(
    new AdminCreateUserCommand({
      ...user,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    }),
  )
  await west.send(new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }))
}

export async function startReplica(stack: Endpoints, userPoolId: string): Promise<void> {
  await cognitoOf(stack, WEST).send(
    new CreateUserPoolReplicaCommand({ UserPoolId: userPoolId, RegionName: EAST }),
  )
}

export async function waitForStatus(
  stack: Endpoints,
  userPoolId: string,
  expected: { readonly status: string; readonly at?: string; readonly timeoutMs?: number },
): Promise<void> {
  const { status, at = WEST, timeoutMs = 60_000 } = expected
  await waitFor(
    async () => {
      try {
        const { UserPoolReplicas } = await cognitoOf(stack, at).send(
          new ListUserPoolReplicasCommand({ UserPoolId: userPoolId }),
        )
        return UserPoolReplicas?.some((r) => r.RegionName === EAST && r.Status === status)
      } catch {
        // A Region that was killed is on its way back.
        return false
      }
    },
    { timeoutMs, what: `the replica of ${userPoolId} to be ${status} at ${at}` },
  )
}

/** Creates the replica and makes it ACTIVE, seen so by both Regions. */
export async function activateReplica(stack: Endpoints, userPoolId: string): Promise<void> {
  await startReplica(stack, userPoolId)
  await waitForStatus(stack, userPoolId, { status: 'INACTIVE' })
  await cognitoOf(stack, WEST).send(
    new UpdateUserPoolReplicaCommand({
      UserPoolId: userPoolId,
      RegionName: EAST,
      Status: 'ACTIVE',
    }),
  )
  await waitForStatus(stack, userPoolId, { status: 'ACTIVE', at: EAST })
}

export async function signIn(
  stack: Endpoints,
  region: string,
  pool: Pick<ReplicatedPool, 'clientId'>,
  username: string,
): Promise<Tokens> {
  const { AuthenticationResult } = await cognitoOf(stack, region).send(
    new InitiateAuthCommand({
      ClientId: pool.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD },
    }),
  )
  const result = required(AuthenticationResult, 'tokens')
  return {
    accessToken: required(result.AccessToken, 'access token'),
    idToken: required(result.IdToken, 'ID token'),
    refreshToken: required(result.RefreshToken, 'refresh token'),
  }
}

/** REFRESH_TOKEN_AUTH, which a client without rotation renews its session by. */
export function refresh(
  stack: Endpoints,
  region: string,
  { clientId }: Pick<ReplicatedPool, 'clientId'>,
  { refreshToken }: Pick<Tokens, 'refreshToken'>,
) {
  return cognitoOf(stack, region).send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    }),
  )
}

export function getUser(
  stack: Endpoints,
  region: string,
  { accessToken }: Pick<Tokens, 'accessToken'>,
) {
  return cognitoOf(stack, region).send(new GetUserCommand({ AccessToken: accessToken }))
}
