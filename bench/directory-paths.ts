// What apps and administrators do with users besides signing them in. Reading has no cryptographic
// floor that is worth a ratio: what is told is the CPU time.
import { randomUUID } from 'node:crypto'
import {
  AdminGetUserCommand,
  type CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { apiCall, requireSuccess } from './load.js'
import { PASSWORD, type Path, type PathPool } from './paths.js'

const USERS = 100

/** The paths of the directory, over the users of the pool. */
export function directoryPaths(
  endpoint: string,
  { clientId, userPoolId: UserPoolId }: PathPool,
  client: CognitoIdentityProviderClient,
): readonly Path[] {
  return [
    {
      path: 'SignUp',
      // The verifier of the password; no token is made.
      floor: [{ powers: 1, signatures: 0 }],
      budget: 2,
      run() {
        const name = randomUUID()
        const UserAttributes = [{ Name: 'email', Value: `${name}@example.com` }]
        const input = { ClientId: clientId, Username: name, Password: PASSWORD, UserAttributes }
        return requireSuccess(apiCall(endpoint, 'SignUp', input))
      },
    },
    {
      path: 'AdminGetUser',
      floor: [],
      run: (at) =>
        client.send(new AdminGetUserCommand({ UserPoolId, Username: `user-${at % USERS}` })),
    },
    {
      path: 'ListUsers, email = …',
      floor: [],
      run: (at) =>
        client.send(
          new ListUsersCommand({ UserPoolId, Filter: `email = "user-${at % USERS}@example.com"` }),
        ),
    },
    {
      path: 'ListUsers, email ^= …',
      floor: [],
      run: (at) =>
        client.send(new ListUsersCommand({ UserPoolId, Filter: `email ^= "user-${at % 10}"` })),
    },
  ]
}
