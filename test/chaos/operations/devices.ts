// Devices of users: confirmed after a sign-in and forgotten, at the primary.
import { randomBytes } from 'node:crypto'
import {
  AdminForgetDeviceCommand,
  ConfirmDeviceCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { createVerifier } from '#domain/credential/srp.js'
import type { Chance } from '../chance.js'
import type { Person, Session } from '../record.js'
import { Register } from '../register.js'
import type { World } from '../world.js'
import { type Operation, onPerson, write } from './operation.js'

const DEVICES_MAX = 3

async function confirm(world: World, person: Person): Promise<void> {
  const session = person.sessions.find(
    ({ newDevice, state }) => newDevice !== undefined && state === 'alive',
  )
  if (session === undefined || person.factors.devices.length >= DEVICES_MAX) return
  const { DeviceKey = '', DeviceGroupKey = '' } = session.newDevice ?? {}
  session.newDevice = undefined
  const password = randomBytes(40).toString('base64')
  const keys = { deviceKey: DeviceKey, groupKey: DeviceGroupKey, password }
  const isRemembered = new Register(false, 0)
  person.factors.devices.push({ keys, isRemembered })
  const { salt, verifier } = createVerifier({
    poolName: DeviceGroupKey,
    userId: DeviceKey,
    password,
    salt: randomBytes(16),
  })
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
  await write(world, {
    thing: person,
    pool: person.pool,
    what: `ConfirmDevice ${DeviceKey}`,
    isDue: () => false,
    send: () =>
      confirmAt(world, session, DeviceKey, {
        PasswordVerifier: base64(verifier.padStart(768, '0')),
        Salt: base64(salt),
      }),
    done(_, atMs) {
      world.count('ConfirmDevice')
      isRemembered.write(true, atMs)
    },
    unknown: (atMs) => isRemembered.attempt(true, atMs),
  })
}

function confirmAt(
  world: World,
  { person, accessToken: AccessToken }: Session,
  DeviceKey: string,
  DeviceSecretVerifierConfig: { readonly PasswordVerifier: string; readonly Salt: string },
) {
  return world.calls.cognito(person.pool.home, (client, how) =>
    client.send(
      new ConfirmDeviceCommand({ AccessToken, DeviceKey, DeviceSecretVerifierConfig }),
      how,
    ),
  )
}

async function forget(world: World, person: Person, chance: Chance): Promise<void> {
  const { pool, username, factors } = person
  const device = chance.pick(factors.devices)
  if (device === undefined) return
  const { deviceKey: DeviceKey } = device.keys
  await write(world, {
    thing: person,
    pool,
    what: `AdminForgetDevice ${DeviceKey}`,
    isDue: () => pool.exists.isSurely(true) && device.isRemembered.isSurely(true),
    send: () =>
      world.calls.cognito(pool.home, (client, how) =>
        client.send(
          new AdminForgetDeviceCommand({ UserPoolId: pool.id, Username: username, DeviceKey }),
          how,
        ),
      ),
    done(_, atMs) {
      world.count('AdminForgetDevice')
      device.isRemembered.write(false, atMs)
    },
    unknown: (atMs) => device.isRemembered.attempt(false, atMs),
  })
}

export const DEVICE_OPERATIONS: readonly Operation[] = [
  onPerson('confirm a device', 4, confirm),
  onPerson('forget a device', 1, forget),
]
