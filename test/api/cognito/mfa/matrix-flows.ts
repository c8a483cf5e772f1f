// Sign-ins of the matrix: each first factor, by the client or by an administrator, as far as what
// comes after it.
import {
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import type { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { PASSWORD } from '#test/support/replicated-pool.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import type { ReplicatedPlace } from './replicated.js'

/** Who signs in, where, and with what. */
export interface Attempt {
  readonly cognito: CognitoIdentityProviderClient
  readonly place: ReplicatedPlace
  readonly username: string
  readonly password?: string
  /** Reads the code that was sent to the user last. */
  readonly sentCode: () => Promise<string>
}

/** `tokens`, the next challenge, or the error. */
export type Ends = (attempt: Attempt) => Promise<string>

/** What a call of a sign-in responds with. */
export interface Step {
  readonly ChallengeName?: string | undefined
  readonly Session?: string | undefined
  readonly AvailableChallenges?: readonly string[] | undefined
  readonly ChallengeParameters?: Readonly<Record<string, string>> | undefined
  readonly AuthenticationResult?:
    | { readonly AccessToken?: string | undefined; readonly NewDeviceMetadata?: unknown }
    | undefined
}

export type Values = Readonly<Record<string, string>>

/** Who calls: the client, or an administrator in its place. */
export interface Side {
  begin(attempt: Attempt, flow: string, parameters: Values): Promise<Step>
  respond(attempt: Attempt, name: string, given: Step, responses: Values): Promise<Step>
}

export const client: Side = {
  begin: ({ cognito, place }, flow, parameters) =>
    cognito.send(
      new InitiateAuthCommand({
        ClientId: place.clientId,
        AuthFlow: flow as 'USER_SRP_AUTH',
        AuthParameters: { ...parameters },
      }),
    ),
  respond: ({ cognito, place }, name, { Session }, responses) =>
    cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: place.clientId,
        ChallengeName: name as 'PASSWORD_VERIFIER',
        Session,
        ChallengeResponses: { ...responses },
      }),
    ),
}

export const admin: Side = {
  begin: ({ cognito, place }, flow, parameters) =>
    cognito.send(
      new AdminInitiateAuthCommand({
        UserPoolId: place.userPoolId,
        ClientId: place.clientId,
        AuthFlow: flow as 'USER_SRP_AUTH',
        AuthParameters: { ...parameters },
      }),
    ),
  respond: ({ cognito, place }, name, { Session }, responses) =>
    cognito.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId: place.userPoolId,
        ClientId: place.clientId,
        ChallengeName: name as 'PASSWORD_VERIFIER',
        Session,
        ChallengeResponses: { ...responses },
      }),
    ),
}

/** A flow that takes the password itself. */
export async function byPassword(
  side: Side,
  flow: string,
  attempt: Attempt,
  more: Values = {},
): Promise<Step> {
  const { username, password = PASSWORD } = attempt
  return side.begin(attempt, flow, { USERNAME: username, PASSWORD: password, ...more })
}

/** USER_AUTH that goes straight to the password. */
async function byChoice(side: Side, attempt: Attempt): Promise<Step> {
  const { username, password = PASSWORD } = attempt
  return side.begin(attempt, 'USER_AUTH', {
    USERNAME: username,
    PREFERRED_CHALLENGE: 'PASSWORD',
    PASSWORD: password,
  })
}

/** USER_AUTH that begins with a code. */
async function byCode(side: Side, name: string, attempt: Attempt): Promise<Step> {
  const { username } = attempt
  const begun = await side.begin(attempt, 'USER_AUTH', {
    USERNAME: username,
    PREFERRED_CHALLENGE: name,
  })
  if (begun.ChallengeName !== name) return begun
  return side.respond(attempt, name, begun, {
    USERNAME: username,
    [`${name}_CODE`]: await attempt.sentCode(),
  })
}

/** USER_AUTH that begins with a passkey. */
async function byPasskey(side: Side, own: SoftwareAuthenticator, attempt: Attempt): Promise<Step> {
  const { username } = attempt
  const begun = await side.begin(attempt, 'USER_AUTH', {
    USERNAME: username,
    PREFERRED_CHALLENGE: 'WEB_AUTHN',
  })
  if (begun.ChallengeName !== 'WEB_AUTHN') return begun
  const options = begun.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? ''
  return side.respond(attempt, 'WEB_AUTHN', begun, {
    USERNAME: username,
    CREDENTIAL: own.get(options),
  })
}

/** SRP, as the flow or as the beginning of another one; `more` goes with both calls. */
export async function bySrp(
  side: Side,
  attempt: Attempt,
  { flow = 'USER_SRP_AUTH', more = {} }: { readonly flow?: string; readonly more?: Values } = {},
): Promise<Step> {
  const { username, password = PASSWORD, place } = attempt
  const srp = new SrpClient()
  const begun = await side.begin(attempt, flow, {
    USERNAME: username,
    SRP_A: srp.publicA,
    ...more,
  })
  const given = (name: string) => required(begun.ChallengeParameters?.[name], name)
  const timestamp = timestampOf(new Date())
  const claim = {
    poolId: place.userPoolId,
    userId: given('USER_ID_FOR_SRP'),
    password,
    salt: given('SALT'),
    publicB: given('SRP_B'),
    secretBlock: given('SECRET_BLOCK'),
    timestamp,
  }
  return side.respond(attempt, 'PASSWORD_VERIFIER', begun, {
    USERNAME: given('USER_ID_FOR_SRP'),
    PASSWORD_CLAIM_SECRET_BLOCK: given('SECRET_BLOCK'),
    PASSWORD_CLAIM_SIGNATURE: srp.sign(claim),
    TIMESTAMP: timestamp,
    ...(more['DEVICE_KEY'] !== undefined && { DEVICE_KEY: more['DEVICE_KEY'] }),
  })
}

/** How a sign-in ends, in a word: an error with its message, so that each cell is exact. */
async function endOf(run: Promise<Step>): Promise<string> {
  try {
    const { ChallengeName, AuthenticationResult } = await run
    if (AuthenticationResult?.AccessToken === undefined) return ChallengeName ?? 'nothing'
    return ChallengeName === undefined ? 'tokens' : `tokens and ${ChallengeName}`
  } catch (error) {
    const { name, message } = error as Error
    return `${name}: ${message}`
  }
}

/** Passwords, by way and side. */
export const FIRST_FACTORS: Readonly<Record<string, Ends>> = {
  'password, client': (attempt) => endOf(byPassword(client, 'USER_PASSWORD_AUTH', attempt)),
  'password, admin': (attempt) => endOf(byPassword(admin, 'ADMIN_USER_PASSWORD_AUTH', attempt)),
  'SRP, client': (attempt) => endOf(bySrp(client, attempt)),
  'SRP, admin': (attempt) => endOf(bySrp(admin, attempt)),
  'choice of the password, client': (attempt) => endOf(byChoice(client, attempt)),
  'choice of the password, admin': (attempt) => endOf(byChoice(admin, attempt)),
}

/** The sides of a choice-based sign-in: what it offers, and how a code as the first factor ends. */
export const CHOICES: Readonly<
  Record<
    string,
    {
      readonly offered: (attempt: Attempt) => Promise<readonly string[]>
      readonly byCode: (name: string, attempt: Attempt) => Promise<string>
      readonly byPasskey: (own: SoftwareAuthenticator, attempt: Attempt) => Promise<string>
    }
  >
> = {
  client: choicesOf(client),
  admin: choicesOf(admin),
}

function choicesOf(side: Side) {
  return {
    offered: async (attempt: Attempt) => {
      const begun = await side.begin(attempt, 'USER_AUTH', { USERNAME: attempt.username })
      return begun.AvailableChallenges ?? []
    },
    byCode: (name: string, attempt: Attempt) => endOf(byCode(side, name, attempt)),
    byPasskey: (own: SoftwareAuthenticator, attempt: Attempt) =>
      endOf(byPasskey(side, own, attempt)),
  }
}
