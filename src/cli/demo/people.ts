// The users of the demo, through the clients that real users have: the AWS SDK with a password,
// and amazon-cognito-identity-js with SRP, which is what Amplify speaks.
import {
  AdminConfirmSignUpCommand,
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js'
import { required } from '#base/assert.js'

export const PASSWORD = 'Correct-horse-7-battery'

export interface PoolNames {
  readonly userPoolId: string
  readonly clientId: string
}

export interface Session {
  readonly idToken: string
  readonly accessToken: string
  readonly refreshToken: string
}

export function nameOf(at: number): string {
  return `user-${at}`
}

export async function signUpPeople(
  client: CognitoIdentityProviderClient,
  pool: PoolNames,
  people: { readonly from: number; readonly to: number },
): Promise<void> {
  const numbers = Array.from({ length: people.to - people.from }, (_, at) => people.from + at)
  await inParallel(numbers, 8, async (at) => {
    await client.send(
      new SignUpCommand({
        ClientId: pool.clientId,
        Username: nameOf(at),
        Password: PASSWORD,
        UserAttributes: [{ Name: 'email', Value: `${nameOf(at)}@example.com` }],
      }),
    )
    await client.send(
      new AdminConfirmSignUpCommand({ UserPoolId: pool.userPoolId, Username: nameOf(at) }),
    )
  })
}

export async function signIn(
  client: CognitoIdentityProviderClient,
  pool: PoolNames,
  username: string,
  password = PASSWORD,
): Promise<Session> {
  const output = await client.send(
    new InitiateAuthCommand({
      ClientId: pool.clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  )
  const result = required(output.AuthenticationResult, 'tokens')
  return {
    idToken: required(result.IdToken, 'ID token'),
    accessToken: required(result.AccessToken, 'access token'),
    refreshToken: required(result.RefreshToken, 'refresh token'),
  }
}

/** As a browser does: the password never leaves this function. */
export function signInBySrp(
  endpoint: string,
  pool: PoolNames,
  username: string,
  password = PASSWORD,
): Promise<Session> {
  const kept = new Map<string, string>()
  const storage = {
    setItem: (key: string, value: string) => void kept.set(key, value),
    getItem: (key: string) => kept.get(key) ?? null,
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  }
  const userPool = new CognitoUserPool({
    UserPoolId: pool.userPoolId,
    ClientId: pool.clientId,
    endpoint,
    Storage: storage,
  })
  const user = new CognitoUser({
    Username: username,
    Pool: userPool,
    Storage: storage,
  })
  return new Promise((resolve, reject) => {
    user.authenticateUser(new AuthenticationDetails({ Username: username, Password: password }), {
      onSuccess: (session: CognitoUserSession) =>
        resolve({
          idToken: session.getIdToken().getJwtToken(),
          accessToken: session.getAccessToken().getJwtToken(),
          refreshToken: session.getRefreshToken().getToken(),
        }),
      onFailure: reject,
    })
  })
}

export async function refresh(
  client: CognitoIdentityProviderClient,
  pool: PoolNames,
  session: Session,
): Promise<Session> {
  const output = await client.send(
    new InitiateAuthCommand({
      ClientId: pool.clientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: session.refreshToken },
    }),
  )
  const result = required(output.AuthenticationResult, 'tokens')
  return {
    idToken: required(result.IdToken, 'ID token'),
    accessToken: required(result.AccessToken, 'access token'),
    refreshToken: session.refreshToken,
  }
}

/** Does `work` for each item, a bounded number at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: width }, lane))
}
