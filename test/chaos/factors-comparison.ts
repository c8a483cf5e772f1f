// The comparison of other ways to sign in, in quiet: what users have enrolled lets them in at both
// Regions; devices, which both Regions list alike; and what was used is used up.
import {
  AdminGetUserAuthFactorsCommand,
  AdminListDevicesCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { ask, settle } from './asking.js'
import { signInByOwn, useAgain } from './operations/factors.js'
import { hasName } from './operations/operation.js'
import { listSessions } from './operations/session-list.js'
import { signIn } from './operations/sessions.js'
import type { Person } from './record.js'
import type { World } from './world.js'

/** Forgotten devices that are kept, to be tried again. */
const FORGOTTEN_MAX = 1

export async function compareFactors(
  world: World,
  person: Person,
  { regions, served }: { readonly regions: readonly string[]; readonly served: readonly string[] },
): Promise<void> {
  if (!person.pool.isLasting || !hasName(person)) return
  await compareDevices(world, person, regions)
  await listSessions(world, person)
  if (person.isOrdinary) await signInByDevice(world, person, served)
  if (person.factors.own === undefined) return
  await settleEnrolment(world, person)
  if (!person.factors.isEnrolled.isSurely(true)) return
  for (const region of served) await signInByOwn(world, person, region)
  for (const region of served) await useAgain(world, person, region)
}

async function compareDevices(
  world: World,
  person: Person,
  regions: readonly string[],
): Promise<void> {
  const { pool, username: Username, factors } = person
  const lists: string[][] = []
  for (const region of regions) {
    const listed = await ask(world, region, (client, how) =>
      client.send(new AdminListDevicesCommand({ UserPoolId: pool.id, Username }), how),
    )
    const { Devices = [] } = listed.kind === 'done' ? listed.output : {}
    lists.push(Devices.map(({ DeviceKey = '' }) => DeviceKey).sort())
  }
  const [here = [], there = here] = lists
  if (here.join() !== there.join()) {
    const detail = `devices are ${here} at ${pool.home} and ${there} at ${pool.other}`
    world.violate('both Regions say the same', person, detail)
  }
  for (const { keys, isRemembered } of factors.devices) {
    const value = here.includes(keys.deviceKey)
    settle(world, person, { register: isRemembered, value, what: `device ${keys.deviceKey}` })
  }
  const forgotten = factors.devices.filter(({ isRemembered }) => isRemembered.isSurely(false))
  for (const device of forgotten.slice(FORGOTTEN_MAX)) {
    factors.devices.splice(factors.devices.indexOf(device), 1)
  }
}

/** A device that is remembered, and one that is forgotten, at each Region. */
async function signInByDevice(
  world: World,
  person: Person,
  regions: readonly string[],
): Promise<void> {
  const password = person.password.sure
  if (password === undefined) return
  for (const region of regions) {
    for (const value of [true, false]) {
      const device = person.factors.devices.find(({ isRemembered }) => isRemembered.sure === value)
      if (device === undefined) continue
      const attempt = {
        person,
        password,
        region,
        how: 'device',
        isRotating: false,
        device,
      } as const
      const outcome = await signIn(world, attempt)
      if (outcome.kind !== 'done') continue
      person.sessions.splice(person.sessions.indexOf(outcome.output), 1)
    }
  }
}

async function settleEnrolment(world: World, person: Person): Promise<void> {
  const { pool, username: Username, factors } = person
  const read = await ask(world, pool.home, (client, how) =>
    client.send(new AdminGetUserAuthFactorsCommand({ UserPoolId: pool.id, Username }), how),
  )
  if (read.kind !== 'done') return
  const name = factors.own === 'app' ? 'SOFTWARE_TOKEN' : 'WEB_AUTHN'
  const { ConfiguredUserAuthFactors = [] } = read.output
  const value = ConfiguredUserAuthFactors.some((one) => String(one) === name)
  settle(world, person, { register: factors.isEnrolled, value, what: `${name} of the user` })
}
