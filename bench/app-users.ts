// Users with authenticator apps. A code is good once and lives for three steps of thirty seconds,
// so a run goes round many users and takes each one's codes in the order of their steps.
import {
  AdminCreateUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { Secret, TOTP } from 'otpauth'
import { required } from '#base/assert.js'
import { apiCall, requireSuccess } from './load.js'

const PASSWORD = 'Correct-horse-7-battery'
/** Making them takes longer than a step, so that nearly each has two codes: for 600 sign-ins. */
const USERS_PER_SECOND = 300
const WIDTH = 8
const STEP_MS = 30_000

interface AppUser {
  readonly username: string
  readonly secret: Secret
  /** The step of the last code that was used. */
  lastStep: number
}

type Json = Record<string, unknown>

export class AppUsers {
  readonly #endpoint: string
  readonly #client: CognitoIdentityProviderClient
  readonly #users: AppUser[] = []
  #clientId = ''
  #next = 0

  constructor(options: { endpoint: string; client: CognitoIdentityProviderClient }) {
    this.#endpoint = options.endpoint
    this.#client = options.client
  }

  /**
   * A pool of their own, so that other paths ask for no second factor, with a user for each sign-in
   * of so many seconds.
   */
  async prepare(seconds: number): Promise<void> {
    const users = seconds * USERS_PER_SECOND
    const { UserPool } = await this.#client.send(new CreateUserPoolCommand({ PoolName: 'apps' }))
    const poolId = required(UserPool?.Id, 'pool ID')
    const { UserPoolClient } = await this.#client.send(
      new CreateUserPoolClientCommand({
        UserPoolId: poolId,
        ClientName: 'people',
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      }),
    )
    this.#clientId = required(UserPoolClient?.ClientId, 'client ID')
    await this.#client.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: poolId,
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    )
    for (let at = 0; at < users; at += WIDTH) {
      const group = Array.from({ length: Math.min(WIDTH, users - at) }, (_, n) => at + n)
      this.#users.push(...(await Promise.all(group.map((n) => this.#create(poolId, n)))))
    }
  }

  async #create(UserPoolId: string, at: number): Promise<AppUser> {
    const user = { UserPoolId, Username: `app-${at}` }
    await this.#client.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }))
    await this.#client.send(
      new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
    )
    const begun = await this.#begin(user.Username)
    const { AccessToken } = begun['AuthenticationResult'] as { AccessToken: string }
    const associated = await this.#call('AssociateSoftwareToken', { AccessToken })
    const secret = Secret.fromBase32(String(associated['SecretCode']))
    const lastStep = stepNow()
    const UserCode = codeOf(secret, lastStep)
    await this.#call('VerifySoftwareToken', { AccessToken, UserCode })
    await this.#client.send(
      new AdminSetUserMFAPreferenceCommand({
        ...user,
        SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
      }),
    )
    return { username: user.Username, secret, lastStep }
  }

  /** The password, and a code that was not used yet. */
  async signIn(): Promise<unknown> {
    const user = this.#take()
    const { username, secret, lastStep } = user
    const { ChallengeName, Session } = await this.#begin(username)
    return this.#call('RespondToAuthChallenge', {
      ClientId: this.#clientId,
      ChallengeName,
      Session,
      ChallengeResponses: { USERNAME: username, SOFTWARE_TOKEN_MFA_CODE: codeOf(secret, lastStep) },
    })
  }

  #take(): AppUser {
    const latest = stepNow() + 1
    for (let tries = 0; tries < this.#users.length; tries += 1) {
      const user = required(this.#users[this.#next % this.#users.length], 'user')
      this.#next += 1
      if (user.lastStep >= latest) continue
      user.lastStep = Math.max(user.lastStep + 1, stepNow() - 1)
      return user
    }
    throw new Error('no user has a code left: more users, or fewer seconds')
  }

  #begin(username: string): Promise<Json> {
    return this.#call('InitiateAuth', {
      ClientId: this.#clientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD },
    })
  }

  #call(operation: string, input: unknown): Promise<Json> {
    return requireSuccess(apiCall(this.#endpoint, operation, input))
  }
}

function stepNow(): number {
  return Math.floor(Date.now() / STEP_MS)
}

function codeOf(secret: Secret, step: number): string {
  return TOTP.generate({ secret, timestamp: step * STEP_MS })
}
