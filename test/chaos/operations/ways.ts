// Ways to sign in, each with all of its calls: what tokens came, and which challenges were asked.
import { randomBytes } from 'node:crypto'
import {
  type AuthenticationResultType,
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import type { CallOptions } from '../calls.js'
import { and, type Expected, entryExpected, hasExpected, signInExpected } from '../expectations.js'
import type { DeviceRecord } from '../factors-record.js'
import type { Person } from '../record.js'
import type { World } from '../world.js'
import { codeFor } from './people.js'

/** A call that was lost may send a code for as long, behind that of a later one. */
const LATE_CODE_MS = 60_000

export interface Attempt {
  readonly person: Person
  readonly region: string
  readonly password: string
  readonly how: 'password' | 'srp' | 'email code' | 'custom' | 'app' | 'passkey' | 'device'
  readonly isRotating: boolean
  /** Of `device`. */
  readonly device?: DeviceRecord
  /** Of `app`. */
  readonly code?: string
  /** Of `custom`; what is right unless given. */
  readonly answer?: string
  /** Whether it shows a code or a counter that was taken before. */
  readonly isReuse?: boolean
}

/** What a sign-in got, and the challenges before it. */
export interface Entry {
  readonly result: AuthenticationResultType
  readonly asked: readonly string[]
}

/** Whether the attempt gets tokens, by the record. */
export function attemptExpected({ record }: World, attempt: Attempt): Expected {
  const { person, region, password, how, device, answer } = attempt
  if (attempt.isReuse) return 'may'
  const { factors, pool } = person
  const byPassword = () => signInExpected(person, region, password)
  switch (how) {
    case 'password':
    case 'srp':
      return byPassword()
    case 'device': {
      const owned = required(device, 'device').isRemembered
      return and(byPassword(), hasExpected(owned, person, region))
    }
    case 'app': {
      // Without the app the password is enough; with other clocks its codes are not the node's.
      const isSure = hasExpected(factors.isEnrolled, person, region) === 'must'
      return and(byPassword(), isSure && record.skewMs === 0 ? 'must' : 'may')
    }
    case 'passkey':
      return and(entryExpected(person, region), hasExpected(factors.isEnrolled, person, region))
    case 'email code': {
      // The newest code is told by the clock of the node, and a lost call may still send one.
      const isClear = Date.now() - factors.lostCallAtMs > LATE_CODE_MS && record.skewMs === 0
      return and(entryExpected(person, region), isClear ? 'must' : 'may')
    }
    case 'custom': {
      if (answer !== undefined && answer !== region) return 'must not'
      return and(entryExpected(person, region), pool.functionsAt.has(region) ? 'must' : 'may')
    }
  }
}

interface Step {
  readonly ChallengeName?: string | undefined
  readonly Session?: string | undefined
  readonly ChallengeParameters?: Readonly<Record<string, string>> | undefined
  readonly AuthenticationResult?: AuthenticationResultType | undefined
}

/** The calls of one sign-in, by one client, within one patience. */
class Dialogue {
  readonly asked: string[] = []
  readonly #client: CognitoIdentityProviderClient
  readonly #options: CallOptions
  readonly #clientId: string

  constructor(world: World, { person, region, isRotating }: Attempt) {
    const { rotatingClientId, clientId } = person.pool
    this.#clientId = isRotating ? rotatingClientId : clientId
    this.#client = world.calls.client(region)
    this.#options = world.calls.patience()
  }

  async begin(flow: string, parameters: Readonly<Record<string, string>>): Promise<Step> {
    const begun = await this.#client.send(
      new InitiateAuthCommand({
        ClientId: this.#clientId,
        AuthFlow: flow as 'USER_SRP_AUTH',
        AuthParameters: parameters,
      }),
      this.#options,
    )
    return this.#noted(begun)
  }

  async respond(
    { ChallengeName, Session }: Step,
    responses: Readonly<Record<string, string>>,
  ): Promise<Step> {
    const next = await this.#client.send(
      new RespondToAuthChallengeCommand({
        ClientId: this.#clientId,
        ChallengeName: ChallengeName as 'SMS_MFA',
        Session,
        ChallengeResponses: responses,
      }),
      this.#options,
    )
    return this.#noted(next)
  }

  /** The end of the dialogue. */
  entry({ AuthenticationResult }: Step): Entry {
    return { result: required(AuthenticationResult, 'tokens'), asked: this.asked }
  }

  #noted<T extends Step>(step: T): T {
    if (step.ChallengeName !== undefined) this.asked.push(step.ChallengeName)
    return step
  }
}

/** Signs in. A challenge that has to come and does not is a refusal. */
export async function authenticate(world: World, attempt: Attempt): Promise<Entry> {
  const dialogue = new Dialogue(world, attempt)
  return dialogue.entry(await WAYS[attempt.how](dialogue, attempt, world))
}

type Way = (dialogue: Dialogue, attempt: Attempt, world: World) => Promise<Step>

const WAYS: Readonly<Record<Attempt['how'], Way>> = {
  password: (dialogue, attempt) => byPassword(dialogue, attempt),
  srp: bySrp,
  'email code': byEmailCode,
  custom: byAnswer,
  app: byApp,
  passkey: byPasskey,
  device: byDevice,
}

function byPassword(
  dialogue: Dialogue,
  { person, password }: Attempt,
  more: Readonly<Record<string, string>> = {},
): Promise<Step> {
  const named = { USERNAME: person.username, PASSWORD: password }
  return dialogue.begin('USER_PASSWORD_AUTH', { ...named, ...more })
}

async function bySrp(dialogue: Dialogue, { person, password }: Attempt): Promise<Step> {
  const srp = new SrpClient()
  const { username, pool } = person
  const asked = await dialogue.begin('USER_SRP_AUTH', {
    USERNAME: username,
    SRP_A: srp.publicA,
  })
  const userId = asked.ChallengeParameters?.['USER_ID_FOR_SRP'] ?? username
  return prove(dialogue, asked, { srp, poolId: pool.id, userId, password })
}

/** The second call of SRP, of a user or a device. */
function prove(
  dialogue: Dialogue,
  asked: Step,
  own: {
    readonly srp: SrpClient
    readonly poolId: string
    readonly userId: string
    readonly password: string
    readonly more?: Readonly<Record<string, string>>
  },
): Promise<Step> {
  const { srp, more = { USERNAME: own.userId }, ...identity } = own
  const { SALT = '', SRP_B = '', SECRET_BLOCK = '' } = asked.ChallengeParameters ?? {}
  const timestamp = timestampOf(new Date())
  const claim = { ...identity, salt: SALT, publicB: SRP_B, secretBlock: SECRET_BLOCK, timestamp }
  return dialogue.respond(asked, {
    ...more,
    PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
    PASSWORD_CLAIM_SIGNATURE: srp.sign(claim),
    TIMESTAMP: timestamp,
  })
}

async function byEmailCode(
  dialogue: Dialogue,
  { person, region }: Attempt,
  world: World,
): Promise<Step> {
  const { username: USERNAME } = person
  const asked = await dialogue.begin('USER_AUTH', { USERNAME, PREFERRED_CHALLENGE: 'EMAIL_OTP' })
  expectChallenge(asked, 'EMAIL_OTP')
  const code = required(
    await codeFor(world, person, { reason: 'Authentication', region }),
    'a code',
  )
  return dialogue.respond(asked, { USERNAME, EMAIL_OTP_CODE: code })
}

async function byAnswer(
  dialogue: Dialogue,
  { person, region, answer = region }: Attempt,
): Promise<Step> {
  const { username: USERNAME } = person
  const asked = await dialogue.begin('CUSTOM_AUTH', { USERNAME })
  return dialogue.respond(asked, { USERNAME, ANSWER: answer })
}

async function byApp(dialogue: Dialogue, attempt: Attempt): Promise<Step> {
  const asked = await byPassword(dialogue, attempt)
  if (asked.ChallengeName === undefined) return asked
  const code = required(attempt.code, 'code')
  const { username: USERNAME } = attempt.person
  return dialogue.respond(asked, { USERNAME, SOFTWARE_TOKEN_MFA_CODE: code })
}

async function byPasskey(dialogue: Dialogue, { person }: Attempt): Promise<Step> {
  const { username: USERNAME, factors } = person
  const asked = await dialogue.begin('USER_AUTH', { USERNAME, PREFERRED_CHALLENGE: 'WEB_AUTHN' })
  expectChallenge(asked, 'WEB_AUTHN')
  const options = asked.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? ''
  const CREDENTIAL = required(factors.authenticator, 'authenticator').get(options)
  return dialogue.respond(asked, { USERNAME, CREDENTIAL })
}

async function byDevice(dialogue: Dialogue, attempt: Attempt): Promise<Step> {
  const { keys } = required(attempt.device, 'device')
  const { deviceKey: DEVICE_KEY, groupKey: poolId, password } = keys
  const begun = await byPassword(dialogue, attempt, { DEVICE_KEY })
  if (begun.ChallengeName === undefined) return begun
  const srp = new SrpClient(BigInt(`0x${randomBytes(32).toString('hex')}`))
  const named = { USERNAME: attempt.person.username, DEVICE_KEY }
  const asked = await dialogue.respond(begun, { ...named, SRP_A: srp.publicA })
  return prove(dialogue, asked, { srp, poolId, userId: DEVICE_KEY, password, more: named })
}

function expectChallenge({ ChallengeName }: Step, name: string): void {
  if (ChallengeName === name) return
  throw Object.assign(new Error(`${ChallengeName} and not ${name}`), {
    name: 'NotOffered',
    $metadata: { httpStatusCode: 400 },
  })
}
