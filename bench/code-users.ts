// Users without passwords, who sign in by a code by e-mail. The codes are read from the outbox, one
// reading for all who wait, since it is the node that is measured that opens the messages. A user
// may ask for twenty codes in an hour, so a run goes round many users.
import {
  AdminCreateUserCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { callAny, type Target } from '#cli/signed-call.js'
import { apiCall, requireSuccess } from './load.js'

const USERS = 1000
const WIDTH = 8
/** More than are asked for while one reading is under way. */
const MESSAGES = 40

type Json = Record<string, unknown>

export class CodeUsers {
  readonly #endpoint: string
  readonly #client: CognitoIdentityProviderClient
  readonly #codes = new Map<string, string>()
  #poolId = ''
  #clientId = ''
  #next = 0
  #reading: Promise<void> = Promise.resolve()
  /** The reading after the one that is under way. */
  #following: Promise<void> | undefined

  constructor(options: { endpoint: string; client: CognitoIdentityProviderClient }) {
    this.#endpoint = options.endpoint
    this.#client = options.client
  }

  async prepare(): Promise<void> {
    const { UserPool } = await this.#client.send(
      new CreateUserPoolCommand({
        PoolName: 'codes',
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      }),
    )
    this.#poolId = required(UserPool?.Id, 'pool ID')
    const { UserPoolClient } = await this.#client.send(
      new CreateUserPoolClientCommand({
        UserPoolId: this.#poolId,
        ClientName: 'people',
        ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
      }),
    )
    this.#clientId = required(UserPoolClient?.ClientId, 'client ID')
    for (let at = 0; at < USERS; at += WIDTH) {
      await Promise.all(Array.from({ length: WIDTH }, (_, n) => this.#create(at + n)))
    }
  }

  #create(at: number): Promise<unknown> {
    return this.#client.send(
      new AdminCreateUserCommand({
        UserPoolId: this.#poolId,
        Username: `code-${at}`,
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'email', Value: `code-${at}@example.com` },
          { Name: 'email_verified', Value: 'true' },
        ],
      }),
    )
  }

  /** A code that is asked for, read and sent back. */
  async signIn(): Promise<unknown> {
    const USERNAME = `code-${this.#next % USERS}`
    this.#next += 1
    const { ChallengeName, Session } = await this.#call('InitiateAuth', {
      ClientId: this.#clientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'EMAIL_OTP' },
    })
    await this.#read()
    return this.#call('RespondToAuthChallenge', {
      ClientId: this.#clientId,
      ChallengeName,
      Session,
      ChallengeResponses: { USERNAME, EMAIL_OTP_CODE: required(this.#codes.get(USERNAME), 'code') },
    })
  }

  /** Waits for a reading that begins from here on. */
  #read(): Promise<void> {
    this.#following ??= this.#reading.then(() => {
      this.#following = undefined
      this.#reading = this.#list()
      return this.#reading
    })
    return this.#following
  }

  async #list(): Promise<void> {
    const { config } = this.#client
    const target: Target = {
      region: await config.region(),
      endpoint: this.#endpoint,
      credentials: await config.credentials(),
    }
    const input = { UserPoolId: this.#poolId, MaxResults: MESSAGES }
    const { Messages } = await callAny([target], 'ListOutboxMessages', input)
    const messages = Messages as readonly { readonly Username: string; readonly Code: string }[]
    // The newest come first, and a user's newest code is the one that is good.
    for (const { Username, Code } of messages.toReversed()) this.#codes.set(Username, Code)
  }

  #call(operation: string, input: unknown): Promise<Json> {
    return requireSuccess(apiCall(this.#endpoint, operation, input))
  }
}
