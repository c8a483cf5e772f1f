// The token paths: one function each that does one operation against a running node.
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { poolNameOf } from '#domain/pool/id.js'
import { AppUsers } from './app-users.js'
import { CodeUsers } from './code-users.js'
import { apiCall, requireSuccess } from './load.js'
import type { FloorUnit } from './probe.js'
import { answerChallenge, SRP_A } from './srp-client.js'

export const PASSWORD = 'Correct-horse-7-battery'
const USERS = 100

export interface PathPool {
  readonly userPoolId: string
  readonly clientId: string
  readonly machineId: string
  readonly machineSecret: string
  readonly domain: string
}

export interface Path {
  readonly path: string
  /** The cryptography that no implementation can avoid, request by request; empty: none. */
  readonly floor: readonly FloorUnit[]
  /** The ratio to reach, where there is a floor. */
  readonly budget?: number
  /** What it needs that other paths do without, to run for so many seconds. */
  prepare?(seconds: number): Promise<void>
  run(at: number): Promise<unknown>
}

/** A pool with users, a client of every flow and a machine client. */
export async function createPathPool(
  client: CognitoIdentityProviderClient,
  options: { readonly users: number },
): Promise<PathPool> {
  const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'bench' }))
  const userPoolId = required(UserPool?.Id, 'pool ID')
  const people = await client.send(
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
  const domain = `bench-${userPoolId.slice(-9).toLowerCase()}`
  await client.send(new CreateUserPoolDomainCommand({ UserPoolId: userPoolId, Domain: domain }))
  await client.send(
    new CreateResourceServerCommand({
      UserPoolId: userPoolId,
      Identifier: 'orders',
      Name: 'orders',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'Reads orders' }],
    }),
  )
  const machine = await client.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: 'machine',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['orders/read'],
      AllowedOAuthFlowsUserPoolClient: true,
    }),
  )
  for (let at = 0; at < options.users; at += 1) await createUser(client, userPoolId, at)
  return {
    userPoolId,
    domain,
    clientId: required(people.UserPoolClient?.ClientId, 'client ID'),
    machineId: required(machine.UserPoolClient?.ClientId, 'client ID'),
    machineSecret: required(machine.UserPoolClient?.ClientSecret, 'client secret'),
  }
}

async function createUser(
  client: CognitoIdentityProviderClient,
  userPoolId: string,
  at: number,
): Promise<void> {
  const user = { UserPoolId: userPoolId, Username: `user-${at}` }
  await client.send(
    new AdminCreateUserCommand({
      ...user,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: `user-${at}@example.com` }],
    }),
  )
  await client.send(
    new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
  )
}

export async function tokenPaths(
  endpoint: string,
  pool: PathPool,
  client: CognitoIdentityProviderClient,
): Promise<readonly Path[]> {
  const apps = new AppUsers({ endpoint, client })
  const codes = new CodeUsers({ endpoint, client })
  const refreshTokens = await Promise.all(
    Array.from({ length: USERS }, async (_, at) => {
      const response = (await passwordSignIn(endpoint, pool, at)) as {
        AuthenticationResult: { RefreshToken: string }
      }
      return response.AuthenticationResult.RefreshToken
    }),
  )
  const machine = Buffer.from(`${pool.machineId}:${pool.machineSecret}`).toString('base64')
  const { clientId } = pool
  return [
    {
      path: 'client_credentials',
      floor: [{ powers: 0, signatures: 1 }],
      budget: 1.25,
      run: () =>
        requireSuccess({
          url: `${endpoint}/domain/${pool.domain}/oauth2/token`,
          headers: {
            authorization: `Basic ${machine}`,
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: 'grant_type=client_credentials&scope=orders%2Fread',
        }),
    },
    {
      path: 'USER_PASSWORD_AUTH',
      floor: [{ powers: 1, signatures: 2 }],
      budget: 1.35,
      run: (at) => passwordSignIn(endpoint, pool, at % USERS),
    },
    {
      path: 'USER_SRP_AUTH',
      floor: [
        { powers: 1, signatures: 0 },
        { powers: 2, signatures: 2 },
      ],
      budget: 1.4,
      run: (at) => srpSignIn(endpoint, pool, at % USERS),
    },
    {
      path: 'SOFTWARE_TOKEN_MFA',
      // The password in the first call; the tokens in the second.
      floor: [
        { powers: 1, signatures: 0 },
        { powers: 0, signatures: 2 },
      ],
      budget: 2,
      prepare: (seconds) => apps.prepare(seconds),
      run: () => apps.signIn(),
    },
    {
      path: 'USER_AUTH, EMAIL_OTP',
      // Two calls, a message that is sealed and one that is opened, beside the tokens.
      floor: [{ powers: 0, signatures: 2 }],
      budget: 8,
      prepare: () => codes.prepare(),
      run: () => codes.signIn(),
    },
    {
      path: 'REFRESH_TOKEN_AUTH',
      floor: [{ powers: 0, signatures: 2 }],
      budget: 1.5,
      run: (at) =>
        requireSuccess(
          apiCall(endpoint, 'InitiateAuth', {
            ClientId: clientId,
            AuthFlow: 'REFRESH_TOKEN_AUTH',
            AuthParameters: { REFRESH_TOKEN: refreshTokens[at % USERS] },
          }),
        ),
    },
  ]
}

export function passwordSignIn(
  endpoint: string,
  pool: Pick<PathPool, 'clientId'>,
  at: number,
): Promise<Record<string, unknown>> {
  return requireSuccess(
    apiCall(endpoint, 'InitiateAuth', {
      ClientId: pool.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: `user-${at}`, PASSWORD },
    }),
  )
}

async function srpSignIn(endpoint: string, pool: PathPool, at: number): Promise<unknown> {
  const { clientId } = pool
  const challenge = (await requireSuccess(
    apiCall(endpoint, 'InitiateAuth', {
      ClientId: clientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: `user-${at}`, SRP_A },
    }),
  )) as { ChallengeParameters: Record<string, string> }
  return requireSuccess(
    apiCall(endpoint, 'RespondToAuthChallenge', {
      ClientId: clientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses: answerChallenge({
        poolName: poolNameOf(pool.userPoolId),
        password: PASSWORD,
        parameters: challenge.ChallengeParameters,
        nowMs: Date.now(),
      }),
    }),
  )
}
