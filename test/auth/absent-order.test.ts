// A client that hides users: a name without one gives the same shape, the same words, and the same
// statements in the same order, whichever flow and step it is tried with. A new flow is a row.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminDisableUserCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  RespondToAuthChallengeCommand,
  SetUserPoolMfaConfigCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { RecordingTriggers } from '#test/support/recording-triggers.js'
import { SrpClient } from '#test/support/srp-client.js'
import { watchStatements } from '#test/support/statements.js'
import { PASSWORD, startTestApi, type TestApi, type TestClient } from '#test/support/test-api.js'
import { ORIGIN, RELYING_PARTY, register } from '../api/cognito/passkeys/people.js'

type Parameters = Readonly<Record<string, string>>
type Call = (name: string) => Promise<unknown>

interface Row {
  readonly call: Call
  /** What is true of the users whom a name without one must look like. */
  readonly users?: 'disabled' | 'unconfirmed' | 'with-passkey'
  /** Statements at least: a watch that sees nothing compares nothing. */
  readonly atLeast: number
}

const ABSENT = 'User does not exist.'
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const WRONG = 'Wrong-password-1'
/** Users of each kind: the first call of a kind warms what is cached. */
const TRIES = 3

const functions = new RecordingTriggers()
let api: TestApi
/** Whether people sign in by names or by addresses in place of names. */
const MODES = ['names', 'addresses'] as const
type Mode = (typeof MODES)[number]
const clients = new Map<string, TestClient>()
/** The client that calls. */
let client: TestClient
let mode: Mode = 'names'
let made = 0
let decoys = 0
before(async () => {
  const limits = { codesPerHourMax: 1000 }
  api = await startTestApi({ beatMs: 600_000, limits, triggers: functions.triggers })
  for (const mode of MODES) {
    for (const told of ['ENABLED', 'LEGACY'] as const) {
      clients.set(`${mode} ${told}`, await makeClient(mode, told))
    }
  }
  functions.instead = {
    defineAuthChallenge: ({ session }) =>
      session.length === 1 && session[0]?.name === 'SRP_A'
        ? 'PASSWORD_VERIFIER'
        : 'CUSTOM_CHALLENGE',
    createAuthChallenge: () => ({
      publicParameters: { question: '1' },
      privateParameters: { answer: '2' },
      metadata: undefined,
    }),
    verifyAuthChallenge: () => false,
  }
})
after(() => api.stop())

/** A client of a pool of its own. */
async function makeClient(
  mode: Mode,
  PreventUserExistenceErrors: 'ENABLED' | 'LEGACY',
): Promise<TestClient> {
  const poolId = await api.makePool({
    AutoVerifiedAttributes: ['email'],
    ...(mode === 'addresses' && { UsernameAttributes: ['email'] }),
    Policies: {
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] },
    },
  })
  const WebAuthnConfiguration = { RelyingPartyId: RELYING_PARTY }
  const passkeys = { UserPoolId: poolId, MfaConfiguration: 'OFF' as const, WebAuthnConfiguration }
  await api.cognito.send(new SetUserPoolMfaConfigCommand(passkeys))
  return api.makeClient(poolId, {
    PreventUserExistenceErrors,
    ExplicitAuthFlows: [
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_USER_AUTH',
      'ALLOW_CUSTOM_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
    ],
  })
}

const begin = (AuthFlow: string, more: Parameters) => (USERNAME: string) =>
  api.cognito.send(
    new InitiateAuthCommand({
      ClientId: client.clientId,
      AuthFlow: AuthFlow as 'USER_AUTH',
      AuthParameters: { USERNAME, ...more },
    }),
  )
const srp = () => ({ SRP_A: new SrpClient().publicA })

/** Begins, and answers the challenge that comes. */
const answer =
  (AuthFlow: string, more: Parameters, answers: (given: Parameters) => Parameters): Call =>
  async (USERNAME) => {
    const begun = await begin(AuthFlow, more)(USERNAME)
    return api.cognito.send(
      new RespondToAuthChallengeCommand({
        ClientId: client.clientId,
        ChallengeName: begun.ChallengeName,
        Session: begun.Session,
        ChallengeResponses: { USERNAME, ...answers(begun.ChallengeParameters ?? {}) },
      }),
    )
  }
const claim = (given: Parameters) => ({
  PASSWORD_CLAIM_SECRET_BLOCK: given['SECRET_BLOCK'] ?? '',
  PASSWORD_CLAIM_SIGNATURE: Buffer.alloc(32).toString('base64'),
  TIMESTAMP: 'Thu Jan 1 00:00:00 UTC 2026',
})
const named =
  (Command: new (input: never) => unknown, more: object = {}) =>
  (Username: string) =>
    api.cognito.send(
      new Command({ ClientId: client.clientId, Username, ...more } as never) as never,
    )

/** Of the passkey that is asked for, and signed by another key. */
const wrongAssertion = (given: Parameters) => {
  const options = given['CREDENTIAL_REQUEST_OPTIONS'] ?? '{}'
  const { allowCredentials } = JSON.parse(options) as { allowCredentials: { id: string }[] }
  const id = allowCredentials[0]?.id
  const signed = new SoftwareAuthenticator({ origin: ORIGIN }).get(options)
  return { CREDENTIAL: JSON.stringify({ ...(JSON.parse(signed) as object), id, rawId: id }) }
}
const prefer = (PREFERRED_CHALLENGE: string) => ({ PREFERRED_CHALLENGE })
const code = (name: string) => () => ({ [`${name}_CODE`]: '00000000' })

const ROWS: Readonly<Record<string, Row>> = {
  USER_PASSWORD_AUTH: { call: begin('USER_PASSWORD_AUTH', { PASSWORD: WRONG }), atLeast: 2 },
  'USER_SRP_AUTH begins': { call: begin('USER_SRP_AUTH', srp()), atLeast: 1 },
  'USER_SRP_AUTH, wrong proof': { call: answer('USER_SRP_AUTH', srp(), claim), atLeast: 3 },
  'USER_AUTH begins': { call: begin('USER_AUTH', {}), atLeast: 1 },
  'USER_AUTH with a wrong password': {
    call: begin('USER_AUTH', { ...prefer('PASSWORD'), PASSWORD: WRONG }),
    atLeast: 2,
  },
  'USER_AUTH by SRP': {
    call: begin('USER_AUTH', { ...prefer('PASSWORD_SRP'), ...srp() }),
    atLeast: 1,
  },
  'USER_AUTH by SRP, wrong proof': {
    call: answer('USER_AUTH', { ...prefer('PASSWORD_SRP'), ...srp() }, claim),
    atLeast: 3,
  },
  'USER_AUTH by e-mail': { call: begin('USER_AUTH', prefer('EMAIL_OTP')), atLeast: 2 },
  'USER_AUTH by e-mail, wrong code': {
    call: answer('USER_AUTH', prefer('EMAIL_OTP'), code('EMAIL_OTP')),
    atLeast: 3,
  },
  'USER_AUTH by SMS': { call: begin('USER_AUTH', prefer('SMS_OTP')), atLeast: 2 },
  'USER_AUTH by SMS, wrong code': {
    call: answer('USER_AUTH', prefer('SMS_OTP'), code('SMS_OTP')),
    atLeast: 3,
  },
  'USER_AUTH by a passkey that there is not': {
    call: begin('USER_AUTH', prefer('WEB_AUTHN')),
    atLeast: 1,
  },
  'USER_AUTH, a password chosen': {
    call: answer('USER_AUTH', {}, () => ({ ANSWER: 'PASSWORD', PASSWORD: WRONG })),
    atLeast: 3,
  },
  'USER_AUTH, a code chosen': {
    call: answer('USER_AUTH', {}, () => ({ ANSWER: 'EMAIL_OTP' })),
    atLeast: 3,
  },
  'USER_AUTH by a passkey': {
    call: begin('USER_AUTH', prefer('WEB_AUTHN')),
    users: 'with-passkey',
    atLeast: 2,
  },
  'USER_AUTH by a passkey, wrong response': {
    call: answer('USER_AUTH', prefer('WEB_AUTHN'), wrongAssertion),
    users: 'with-passkey',
    atLeast: 4,
  },
  'USER_AUTH, a passkey chosen': {
    call: answer('USER_AUTH', {}, () => ({ ANSWER: 'WEB_AUTHN' })),
    users: 'with-passkey',
    atLeast: 3,
  },
  'CUSTOM_AUTH begins': { call: begin('CUSTOM_AUTH', {}), atLeast: 1 },
  'CUSTOM_AUTH, wrong answer': {
    call: answer('CUSTOM_AUTH', {}, () => ({ ANSWER: 'wrong' })),
    atLeast: 2,
  },
  'CUSTOM_AUTH behind SRP': {
    call: begin('CUSTOM_AUTH', { CHALLENGE_NAME: 'SRP_A', ...srp() }),
    atLeast: 1,
  },
  ForgotPassword: { call: named(ForgotPasswordCommand), atLeast: 3 },
  ConfirmForgotPassword: {
    call: named(ConfirmForgotPasswordCommand, { ConfirmationCode: '000000', Password: PASSWORD }),
    atLeast: 2,
  },
  ConfirmSignUp: {
    call: named(ConfirmSignUpCommand, { ConfirmationCode: '0000000' }),
    users: 'unconfirmed',
    atLeast: 2,
  },
  'ResendConfirmationCode of a disabled user': {
    call: named(ResendConfirmationCodeCommand),
    users: 'disabled',
    atLeast: 3,
  },
  ResendConfirmationCode: {
    call: named(ResendConfirmationCodeCommand),
    users: 'unconfirmed',
    atLeast: 3,
  },
}

const typed = (name: string) => (mode === 'names' ? name : `${name}@example.com`)

/** As whom calls are made, and by which names. */
function use(ofMode: Mode, told: 'ENABLED' | 'LEGACY'): void {
  mode = ofMode
  client = required(clients.get(`${ofMode} ${told}`), 'client')
}

/** A name without a user that is offered what users are: others are offered less, or more. */
async function absentName(users: Row['users']): Promise<string> {
  for (;;) {
    decoys += 1
    const name = typed(`none${String(decoys).padStart(4, '0')}`)
    const { AvailableChallenges: offered = [] } = await begin('USER_AUTH', {})(name)
    const isLike = (offered as string[]).includes('WEB_AUTHN') === (users === 'with-passkey')
    if (isLike && offered.filter((one) => one !== 'WEB_AUTHN').length === 4) return name
  }
}

async function makeNames(users: Row['users']) {
  const held: string[] = []
  const absent: string[] = []
  for (let n = 0; n < TRIES; n += 1) {
    made += 1
    const local = `user${String(made).padStart(4, '0')}`
    const Username = typed(local)
    const email = `${local}@example.com`
    const phone_number = `+1206555${String(made).padStart(4, '0')}`
    if (users === 'unconfirmed') {
      const UserAttributes = [{ Name: 'email', Value: email }]
      const { clientId: ClientId } = client
      const input = { ClientId, Username, Password: PASSWORD, UserAttributes }
      await api.cognito.send(new SignUpCommand(input))
    } else {
      const verified = { email_verified: 'true', phone_number_verified: 'true' }
      await api.makeUser(client.poolId, Username, { email, phone_number, ...verified })
    }
    if (users === 'with-passkey') {
      const { access } = await api.signIn(client, Username)
      await register(api, access, new SoftwareAuthenticator({ origin: ORIGIN }))
    }
    if (users === 'disabled') {
      const user = { UserPoolId: client.poolId, Username }
      await api.cognito.send(new AdminDisableUserCommand(user))
    }
    held.push(Username)
    absent.push(await absentName(users))
  }
  return { held, absent }
}

/** The error, or the response without what differs from call to call: kinds and lengths stay. */
async function endingOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return shapeOf(await call)
  } catch (error) {
    const { name, message } = error as Error
    return `${name}: ${message}`
  }
}

/** Short texts stay what they are, but for names; of long ones their characters' kinds stay. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'string') {
    const text = value.replace(/\b(?:user|none)(?=\d{4})\d+/g, 'NAME').replace(UUID, 'UUID')
    if (/\*\*\*|\+\*/.test(text)) return text.replace(/[^*@+.]/g, 'x')
    return text.length < 60 ? text : `${text.length > 600 ? 'long' : 'short'}`
  }
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '$metadata')
      .map(([key, part]) => [key, /^(?:SALT|SRP_B|SECRET_BLOCK)$/.test(key) ? key : shapeOf(part)]),
  )
}

/** How a call ends, and the places in the source that ran its statements, in their order. */
async function traceOf(names: readonly string[], call: Call) {
  let ending: unknown
  let places: readonly string[] = []
  for (const name of names) {
    const watch = watchStatements()
    ending = await endingOf(call(name))
    watch.stop()
    places = watch.places.flatMap(comparable)
  }
  return { ending, places }
}

/**
 * A message that is kept is written for a user; for a name without one another code is, which takes
 * as long. Keys are read when they are not in the cache, whoever calls.
 */
function comparable(place: string): readonly string[] {
  if (/Keys?\b|Kms/.test(place)) return []
  return [place === 'PostgresOutbox.insert' ? 'PostgresCodes.put' : place]
}

for (const ofMode of MODES) {
  describe(`${ofMode} without a user, in every flow`, () => {
    before(() => use(ofMode, 'ENABLED'))
    for (const [what, { call, users, atLeast }] of Object.entries(ROWS)) {
      test(what, async () => {
        const { held, absent } = await makeNames(users)
        const trace = await traceOf(held, call)
        assert.deepEqual(await traceOf(absent, call), trace)
        assert.ok(trace.places.length >= atLeast, trace.places.join(', '))
      })
    }
  })

  describe(`${ofMode}, and a client that tells who exists`, () => {
    before(() => use(ofMode, 'LEGACY'))
    for (const [what, { call }] of Object.entries(ROWS)) {
      const isSignIn = what.includes('_AUTH')
      test(what, async () => {
        const text = isSignIn ? ABSENT : 'Username/client id combination not found.'
        functions.take()
        assert.equal(await endingOf(call(typed('gone'))), `UserNotFoundException: ${text}`)
        // Functions are asked for the user, and told of none.
        const points = functions.take().map(({ point }) => point)
        assert.deepEqual(
          points.filter((point) => point !== 'userMigration'),
          [],
        )
      })
    }
  })
}

test('planted: calls that differ are seen to', async () => {
  use('names', 'ENABLED')
  const { held, absent } = await makeNames(undefined)
  const right = begin('USER_PASSWORD_AUTH', { PASSWORD })
  const trace = await traceOf(held, right)
  const other = await traceOf(absent, right)
  assert.notDeepEqual(other.ending, trace.ending)
  assert.notDeepEqual(other.places, trace.places)
})
