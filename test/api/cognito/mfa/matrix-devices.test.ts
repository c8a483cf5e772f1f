// The matrix of sign-ins from a device: what the pool makes of remembered devices, MFA of the pool,
// factor of the user, state of the device, by password, SRP, and custom sign-ins, client-side or by
// an administrator, primary or ACTIVE secondary. Each cell is a whole sign-in through the SDK,
// written as the challenges on its way.
// Cognito: developer guide, "Working with user devices in your user pool", 2026: a remembered
// device proves itself in place of a second factor, and at the end of a custom sign-in.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminForgetDeviceCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminUpdateDeviceStatusCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import type { DeviceKeys } from '#test/api/cognito/devices/people.js'
import { activateReplica, addUser, cognitoOf, EAST, WEST } from '#test/support/replicated-pool.js'
import { triggerModules } from '#test/support/trigger-module.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { configureEast, customConfig, customFunctions } from './custom-functions.js'
import { admin, byPassword, bySrp, client, type Side, type Step } from './matrix-flows.js'
import { confirmDevice, deviceKeyOf, type Walker, walk } from './matrix-walk.js'
import { APP, MODES, type Mode, SETUP } from './matrix-words.js'
import { setUpAppOf } from './people.js'
import { begin, createMfaPool, type ReplicatedPlace, sentCode, setMfa } from './replicated.js'

/** Whether a remembered device stands for a second factor (ChallengeRequiredOnNewDevice). */
const POLICIES = { instead: true, besides: false } as const
type Policy = keyof typeof POLICIES

const USERS = ['plain', 'text', 'app'] as const
type User = (typeof USERS)[number]

const DEVICES = ['remembered', 'not remembered', 'none', 'forgotten', 'of another'] as const
type Device = (typeof DEVICES)[number]

type Row = readonly [off: string, optional: string, on: string]
type Table = Readonly<Record<User, Readonly<Record<Exclude<Device, 'of another'>, Row>>>>

const ABSENT = 'ResourceNotFoundException: Device does not exist.'
const GONE = [ABSENT, ABSENT, ABSENT] as const
/** A secondary announces none, since none can be confirmed there. */
const NEW = 'tokens of a new device'
const DEVICE = 'DEVICE_SRP_AUTH, tokens'

const BY_PASSWORD: Readonly<Record<Policy, Table>> = {
  //                    OFF     OPTIONAL         ON
  instead: {
    plain: {
      remembered: [DEVICE, DEVICE, SETUP],
      'not remembered': ['tokens', 'tokens', SETUP],
      none: [NEW, NEW, SETUP],
      forgotten: GONE,
    },
    text: {
      remembered: [DEVICE, DEVICE, DEVICE],
      'not remembered': ['tokens', 'SMS_MFA, tokens', 'SMS_MFA, tokens'],
      none: [NEW, `SMS_MFA, ${NEW}`, `SMS_MFA, ${NEW}`],
      forgotten: GONE,
    },
    app: {
      remembered: [DEVICE, DEVICE, DEVICE],
      'not remembered': ['tokens', APP, APP],
      none: [NEW, APP, APP],
      forgotten: GONE,
    },
  },
  besides: {
    plain: {
      remembered: [DEVICE, DEVICE, SETUP],
      'not remembered': ['tokens', 'tokens', SETUP],
      none: [NEW, NEW, SETUP],
      forgotten: GONE,
    },
    text: {
      remembered: [DEVICE, `SMS_MFA, ${DEVICE}`, `SMS_MFA, ${DEVICE}`],
      'not remembered': ['tokens', 'SMS_MFA, tokens', 'SMS_MFA, tokens'],
      none: [NEW, `SMS_MFA, ${NEW}`, `SMS_MFA, ${NEW}`],
      forgotten: GONE,
    },
    app: {
      remembered: [DEVICE, APP, APP],
      'not remembered': ['tokens', APP, APP],
      none: [NEW, APP, APP],
      forgotten: GONE,
    },
  },
}

/** Alone, a custom sign-in is the same for every user and MFA of the pool. */
const CUSTOM_ALONE: Readonly<Record<Device, string>> = {
  remembered: `CUSTOM_CHALLENGE, ${DEVICE}`,
  'not remembered': 'CUSTOM_CHALLENGE, tokens',
  none: `CUSTOM_CHALLENGE, ${NEW}`,
  forgotten: `CUSTOM_CHALLENGE, ${ABSENT}`,
  'of another': `CUSTOM_CHALLENGE, ${ABSENT}`,
}

/** Behind SRP the functions come after the second factor and before the device. */
function customBehindSrp(path: string): string {
  return [SETUP, APP, ABSENT].includes(path)
    ? path
    : path.replace(/(DEVICE_SRP_AUTH, )?tokens/, 'CUSTOM_CHALLENGE, $&')
}

const expectedOf = (policy: Policy, user: User, device: Device, column: number) =>
  device === 'of another' ? ABSENT : (BY_PASSWORD[policy][user][device][column] ?? '')

describe('the matrix of devices', () => {
  const modules = triggerModules()
  let nodes: TwoNodes
  const places = new Map<string, ReplicatedPlace>()
  const devices = new Map<string, DeviceKeys>()

  /** A user of an OPTIONAL pool with a device in each state, and then a second factor. */
  async function addOwner(pool: string, place: ReplicatedPlace, Username: User): Promise<void> {
    const { userPoolId: UserPoolId } = place
    const attributes = Username === 'text' ? { phone_number: '+15555550100' } : {}
    await addUser(nodes, UserPoolId, Username, attributes)
    const west = cognitoOf(nodes, WEST)
    let access = ''
    for (const state of ['remembered', 'not remembered', 'forgotten'] as const) {
      const { AuthenticationResult: result } = await begin(nodes, WEST, place, Username)
      access = required(result?.AccessToken, 'access token')
      const announced = required(result?.NewDeviceMetadata, 'new device')
      const device = await confirmDevice(west, access, announced)
      devices.set(`${pool}/${Username}/${state}`, device)
      const own = { UserPoolId, Username, DeviceKey: device.deviceKey }
      const DeviceRememberedStatus = 'not_remembered'
      if (state === 'not remembered') {
        await west.send(new AdminUpdateDeviceStatusCommand({ ...own, DeviceRememberedStatus }))
      }
      if (state === 'forgotten') await west.send(new AdminForgetDeviceCommand(own))
    }
    if (Username === 'app') await setUpAppOf(west, access)
    const SMSMfaSettings = { Enabled: true }
    const preference = { UserPoolId, Username, SMSMfaSettings }
    if (Username === 'text') await west.send(new AdminSetUserMFAPreferenceCommand(preference))
  }

  async function makePlace(policy: Policy, mode: Mode): Promise<void> {
    const place = await createMfaPool(nodes, {
      LambdaConfig: customConfig(WEST),
      DeviceConfiguration: {
        ChallengeRequiredOnNewDevice: POLICIES[policy],
        DeviceOnlyRememberedOnUserPrompt: false,
      },
    })
    const pool = `${policy}/${mode}`
    for (const user of USERS) await addOwner(pool, place, user)
    await setMfa(nodes, place.userPoolId, mode)
    places.set(pool, place)
    await activateReplica(nodes, place.userPoolId)
    await configureEast(nodes, place.userPoolId)
  }

  before(async () => {
    nodes = await startTwoNodes({ functions: (region) => customFunctions(modules, region) })
    for (const policy of Object.keys(POLICIES) as Policy[]) {
      for (const mode of MODES) await makePlace(policy, mode)
    }
  })
  after(async () => {
    await nodes.close()
    modules.remove()
  })

  /** What signs in: by a way, on a side. */
  const WAYS: Readonly<Record<string, (walker: Walker) => Promise<Step>>> = {
    password: (walker) => {
      const isAdmin = walker.side === admin
      const flow = isAdmin ? 'ADMIN_USER_PASSWORD_AUTH' : 'USER_PASSWORD_AUTH'
      return byPassword(walker.side, flow, walker, deviceKeyOf(walker))
    },
    SRP: (walker) => bySrp(walker.side, walker, { more: deviceKeyOf(walker) }),
    'custom alone': (walker) => {
      const { username: USERNAME } = walker
      return walker.side.begin(walker, 'CUSTOM_AUTH', { USERNAME, ...deviceKeyOf(walker) })
    },
    'custom behind SRP': (walker) =>
      bySrp(walker.side, walker, {
        flow: 'CUSTOM_AUTH',
        more: { CHALLENGE_NAME: 'SRP_A', ...deviceKeyOf(walker) },
      }),
  }

  function deviceOf(pool: string, username: User, device: Device): DeviceKeys | undefined {
    if (device === 'none') return undefined
    const other = username === 'plain' ? 'text' : 'plain'
    const key = device === 'of another' ? `${other}/remembered` : `${username}/${device}`
    return required(devices.get(`${pool}/${key}`), key)
  }

  let cells = 0
  async function walkAt(
    region: string,
    pool: string,
    how: { username: User; device: Device; way: string; side: Side },
  ): Promise<string> {
    cells += 1
    const { username, side } = how
    const place = required(places.get(pool), pool)
    const { cognito } = region === WEST ? nodes.west : nodes.east
    const device = deviceOf(pool, username, how.device)
    const code = async () => (await sentCode(nodes, region, place, username)).Code
    const own = { cognito, place, username, side, answer: region, sentCode: code }
    const walker = { ...own, ...(device && { device }) }
    return walk(walker, required(WAYS[how.way], how.way)(walker))
  }

  function expectedBy(way: string, path: string, device: Device): string {
    if (way === 'custom alone') return CUSTOM_ALONE[device]
    return way === 'custom behind SRP' ? customBehindSrp(path) : path
  }

  for (const policy of Object.keys(POLICIES) as Policy[]) {
    for (const [column, mode] of MODES.entries()) {
      for (const username of USERS) {
        for (const way of Object.keys(WAYS)) {
          test(`${policy} of MFA ${mode}, ${username}, ${way}`, async () => {
            for (const device of DEVICES) {
              const path = expectedOf(policy, username, device, column)
              const expected = expectedBy(way, path, device)
              for (const side of [client, admin]) {
                const how = { username, device, way, side }
                const where = `${device}, ${side === admin ? 'admin' : 'client'}`
                const pool = `${policy}/${mode}`
                assert.equal(await walkAt(WEST, pool, how), expected, `${where}, primary`)
                const there = await walkAt(EAST, pool, how)
                if (expected === SETUP)
                  assert.match(there, /^OperationNotEnabledException: /, where)
                else assert.equal(there, expected.replace(NEW, 'tokens'), `${where}, secondary`)
              }
            }
          })
        }
      }
    }
  }

  test('every cell was reached', () => {
    const ways = Object.keys(WAYS).length
    assert.equal(cells, 2 * MODES.length * USERS.length * ways * DEVICES.length * 2 * 2)
  })
})
