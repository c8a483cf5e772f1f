// Flows of several steps under what they are not made for: a step that comes again, steps of two
// sign-ins mixed, of another user, app client or pool, thirty at once, and ports that fail.
// Whatever happens, one sign-in gets in once, and what failed can be begun again.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Call, type Flow, REGISTRATION, SIGN_INS, type Traveller } from './flows.js'
import { type Ending, type Output, type Rig, startRig } from './rig.js'

const AT_ONCE = 30
const CALLS_MAX = 40
/** Errors of steps that are not, or no longer, those of a sign-in. */
const REFUSALS = new Set([
  'NotAuthorizedException',
  'CodeMismatchException',
  'ExpiredCodeException',
  'InvalidParameterException',
  'ResourceNotFoundException',
  'SoftwareTokenMFANotFoundException',
])
/** What an attempt may leave that the same sign-in is not begun again as it was. */
const CHANGES_THE_USER = new Set(['an app that is set up', 'a new password'])

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const send = ({ operation, input }: Call) => rig.call(operation, input)
const hasTokens = ({ AuthenticationResult }: Output) => AuthenticationResult !== undefined

/** Goes as far as before the step; returns the responses. */
async function goTo(flow: Flow, who: Traveller, step: number): Promise<Output[]> {
  const outputs: Output[] = []
  for (const make of flow.steps.slice(0, step)) {
    const ending = await send(await make(rig, who, outputs))
    assert.equal(ending.status, 200, `${JSON.stringify(ending.output)} ${ending.cause}`)
    outputs.push(ending.output)
  }
  return outputs
}

/** Goes on from these responses as far as it goes; whether there are tokens in the end. */
async function getsIn(flow: Flow, who: Traveller, outputs: readonly Output[]): Promise<boolean> {
  const all = [...outputs]
  for (const make of flow.steps.slice(all.length)) {
    const ending = await send(await make(rig, who, all))
    if (ending.status !== 200) {
      assertRefused(ending)
      return false
    }
    all.push(ending.output)
  }
  return hasTokens(all.at(-1) ?? {})
}

function assertRefused({ status, errorCode, output, cause }: Ending, where = ''): void {
  const text = `${where} ${status} ${JSON.stringify(output).slice(0, 300)} ${cause}`
  assert.ok(REFUSALS.has(errorCode ?? ''), text)
}

/** How many get in of those whose responses to a step were these, one after the other. */
async function countIn(
  flow: Flow,
  who: Traveller,
  before: readonly Output[],
  endings: readonly Ending[],
): Promise<number> {
  let count = 0
  for (const ending of endings) {
    if (ending.status !== 200) assertRefused(ending)
    else if (await getsIn(flow, who, [...before, ending.output])) count += 1
  }
  return count
}

const withInput = ({ operation, input }: Call, change: object): Call => ({
  operation,
  input: { ...input, ...change },
})

for (const [name, flow] of Object.entries(SIGN_INS)) {
  const later = flow.steps.map((_, step) => step).slice(1)
  const make = (step: number, who: Traveller, outputs: readonly Output[]) =>
    flow.steps[step]?.(rig, who, outputs) as Promise<Call>

  describe(name, () => {
    test('a step that comes again lets nobody in twice', async () => {
      for (const step of later) {
        const who = await flow.prepare(rig)
        const outputs = await goTo(flow, who, step)
        const call = await make(step, who, outputs)
        const endings = [await send(call), await send(call)]
        assert.equal(await countIn(flow, who, outputs, endings), 1, `step ${step}`)
        const late = await send(call)
        assert.equal(await countIn(flow, who, outputs, [late]), 0, `step ${step}, in the end`)
      }
    })

    test('of thirty at once one gets in', async () => {
      for (const step of later) {
        const who = await flow.prepare(rig)
        const outputs = await goTo(flow, who, step)
        const call = await make(step, who, outputs)
        const endings = await Promise.all(Array.from({ length: AT_ONCE }, () => send(call)))
        assert.equal(await countIn(flow, who, outputs, endings), 1, `step ${step}`)
      }
    })

    test('a session of another step is none', async () => {
      for (const step of later) {
        for (const other of later) {
          if (step === other) continue
          const who = await flow.prepare(rig)
          // The shorter way first: the longer one may change the user.
          const reached = new Map<number, readonly Output[]>()
          for (const end of [step, other].sort()) reached.set(end, await goTo(flow, who, end))
          const [one = [], two = []] = [reached.get(step), reached.get(other)]
          const { Session } = (await make(other, who, two)).input
          const mixed = withInput(await make(step, who, one), { Session })
          // Another secret may be asked for as long as the app is not set up.
          if (mixed.operation === 'AssociateSoftwareToken') continue
          assertRefused(await send(mixed), `step ${step} in the session of step ${other}`)
        }
      }
    })

    test('nor is that of another user, app client or pool', async () => {
      for (const step of later) {
        const [who, another] = [await flow.prepare(rig), await flow.prepare(rig)]
        const [own, others] = [await goTo(flow, who, step), await goTo(flow, another, step)]
        const call = await make(step, who, own)
        const { Session } = (await make(step, another, others)).input
        if (call.input['ClientId'] === undefined) continue
        assertRefused(await send(withInput(call, { Session })), `step ${step}, another user`)
        for (const ClientId of await otherClients(who)) {
          assertRefused(await send(withInput(call, { ClientId })), `step ${step}, another client`)
        }
        // All of it was refused before anything was used up.
        assert.ok(await getsIn(flow, who, own), `step ${step}`)
      }
    })

    for (const when of ['before', 'after'] as const) {
      test(`behind a port that fails ${when} its call one gets in, or begins again`, async () => {
        for (const step of later) {
          const failed = await failEach({ name, flow, step, when })
          assert.ok(failed > 0, `step ${step} calls a port`)
        }
      })
    }
  })
}

/** A client of the same pool, and one of another. */
async function otherClients({ UserPoolId }: Traveller): Promise<readonly string[]> {
  const settings = { ClientName: 'other' }
  const { UserPool } = await rig.ok('CreateUserPool', { PoolName: 'other' })
  const other = (UserPool as { readonly Id: string }).Id
  const made = [UserPoolId, other].map(async (id) => {
    const created = await rig.ok('CreateUserPoolClient', { UserPoolId: id, ...settings })
    return (created['UserPoolClient'] as { readonly ClientId: string }).ClientId
  })
  return Promise.all(made)
}

/** Fails each call of a port that a step makes; returns how many there were. */
async function failEach(how: {
  readonly name: string
  readonly flow: Flow
  readonly step: number
  readonly when: 'before' | 'after'
}): Promise<number> {
  const { name, flow, step, when } = how
  for (let nth = 1; nth <= CALLS_MAX; nth += 1) {
    const who = await flow.prepare(rig)
    const outputs = await goTo(flow, who, step)
    const call = (await flow.steps[step]?.(rig, who, outputs)) as Call
    const ending = await rig.call(call.operation, call.input, { nth, when })
    const where = `step ${step}, ${ending.failed} failed ${when}`
    if (ending.failed === undefined) return nth - 1
    if (ending.status !== 200) assert.equal(ending.errorCode, 'InternalErrorException', where)
    const retried = await send(call)
    const count = await countIn(flow, who, outputs, [ending, retried].filter(isAnswer))
    assert.ok(count <= 1, `${where}: ${count} got in`)
    if (count === 0 && !CHANGES_THE_USER.has(name)) {
      assert.ok(await getsIn(flow, who, []), `${where}: it is begun again`)
    }
  }
  throw new Error(`step ${step} makes more than ${CALLS_MAX} calls`)
}

const isAnswer = ({ status }: Ending) => status < 500

describe('a registration of a passkey', () => {
  const [, complete] = REGISTRATION.steps
  const credentials = async (who: Traveller) => {
    const { AccessToken } = who
    const { Credentials } = await rig.ok('ListWebAuthnCredentials', { AccessToken })
    return (Credentials as readonly unknown[]).length
  }

  test('of thirty at once one is made, and none when it comes again', async () => {
    const who = await REGISTRATION.prepare(rig)
    const call = (await complete?.(rig, who, await goTo(REGISTRATION, who, 1))) as Call
    const endings = await Promise.all(Array.from({ length: AT_ONCE }, () => send(call)))
    assert.equal(endings.filter(({ status }) => status === 200).length, 1)
    for (const { status, errorCode } of [...endings, await send(call)]) {
      if (status !== 200) assert.equal(errorCode, 'WebAuthnChallengeNotFoundException')
    }
    assert.equal(await credentials(who), 1)
  })

  test('a challenge of another user, or of another sign-in, is none', async () => {
    const [who, another] = [await REGISTRATION.prepare(rig), await REGISTRATION.prepare(rig)]
    const begun = await goTo(REGISTRATION, who, 1)
    const call = (await complete?.(rig, who, begun)) as Call
    const { AccessToken } = another
    const { errorCode } = await send(withInput(call, { AccessToken }))
    assert.equal(errorCode, 'WebAuthnChallengeNotFoundException')
    assert.deepEqual([await credentials(who), await credentials(another)], [0, 0])
    assert.equal((await send(call)).status, 200)
  })
})
