// Devices of users: confirmed, listed, remembered and forgotten. A device key is handed out by a
// sign-in and comes back in its access token, so that only the client that got it can confirm it.

import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { PoolWork } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { RequestContext } from '#domain/request-context.js'
import { asPrimary, type Pool, type PrimaryPool } from '#ports/capability.js'
import type { Devices } from '#ports/devices.js'
import { type OpenedDevice, openDevice, sealDevice, tracksDevices } from './device.js'

const SALT_BYTES_MAX = 64
const VERIFIER_BYTES_MAX = 512

export interface DeviceServices {
  readonly poolKeys: PoolKeys
  readonly poolWork: PoolWork
  readonly devices: Devices
  readonly clock: Clock
}

/** What a client says of a new device. */
export interface DeviceRequest {
  readonly deviceKey: string
  readonly name: string | undefined
  /** Base64, as on the wire. */
  readonly salt: string | undefined
  readonly verifier: string | undefined
}

/** ConfirmDevice. `tokenDeviceKey`: the device of the access token. */
export async function confirmDevice(
  { poolKeys, poolWork, clock }: DeviceServices,
  pool: PrimaryPool,
  user: { readonly sub: string; readonly tokenDeviceKey: unknown },
  request: DeviceRequest & { readonly context: RequestContext },
): Promise<{ readonly kind: 'confirmed'; readonly needsUser: boolean } | Refused> {
  const { deviceKey, name } = request
  if (!tracksDevices(pool)) return refused('devices-not-tracked')
  if (user.tokenDeviceKey !== deviceKey) return refused('device-key-invalid')
  const salt = hexOf(request.salt, SALT_BYTES_MAX)
  const verifier = hexOf(request.verifier, VERIFIER_BYTES_MAX)
  if (salt === undefined || verifier === undefined) {
    return refused('invalid-parameter', 'Invalid device secret verifier config given.')
  }
  const nowMs = clock.nowMs()
  const needsUser = pool.settings.deviceConfiguration?.deviceOnlyRememberedOnUserPrompt === true
  const device: OpenedDevice = {
    sub: user.sub,
    deviceKey,
    name,
    salt,
    verifier,
    lastIp: request.context.sourceIp,
    lastAuthenticatedAtMs: nowMs,
    isRemembered: !needsUser,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  }
  const stored = sealDevice(await poolKeys.cipher(pool), device)
  const outcome = await poolWork.run(pool, ({ devices }) => devices.insert(pool, stored))
  return outcome === 'inserted' ? { kind: 'confirmed', needsUser } : refused('device-exists')
}

/** A device of the user. */
export async function findDevice(
  { poolKeys, devices }: Pick<DeviceServices, 'poolKeys' | 'devices'>,
  pool: Pool,
  sub: string,
  deviceKey: string,
): Promise<{ readonly kind: 'found'; readonly device: OpenedDevice } | Refused> {
  if (!tracksDevices(pool)) return refused('devices-not-tracked')
  const stored = await devices.find(pool, sub, deviceKey)
  if (stored === undefined) return refused('device-absent')
  return { kind: 'found', device: openDevice(await poolKeys.cipher(pool), stored) }
}

/** Whether a user's device is remembered (UpdateDeviceStatus). */
export function setRemembered(
  services: DeviceServices,
  pool: PrimaryPool,
  sub: string,
  { deviceKey, isRemembered }: Pick<OpenedDevice, 'deviceKey' | 'isRemembered'>,
): Promise<{ readonly kind: 'done' } | Refused> {
  return changeDevice(services, pool, sub, deviceKey, (device) => ({ ...device, isRemembered }))
}

/** Notes when and from where a device last signed in; a secondary notes nothing. */
export async function noteSignIn(
  services: DeviceServices,
  pool: Pool,
  { sub, deviceKey }: Pick<OpenedDevice, 'sub' | 'deviceKey'>,
  { sourceIp }: RequestContext,
): Promise<void> {
  const primary = asPrimary(pool)
  if (primary === undefined) return
  const lastAuthenticatedAtMs = services.clock.nowMs()
  const change = (device: OpenedDevice) => ({ ...device, lastIp: sourceIp, lastAuthenticatedAtMs })
  await changeDevice(services, primary, sub, deviceKey, change)
}

async function changeDevice(
  { poolKeys, poolWork, clock }: DeviceServices,
  pool: PrimaryPool,
  sub: string,
  deviceKey: string,
  change: (device: OpenedDevice) => OpenedDevice,
): Promise<{ readonly kind: 'done' } | Refused> {
  if (!tracksDevices(pool)) return refused('devices-not-tracked')
  const cipher = await poolKeys.cipher(pool)
  return poolWork.run(pool, async ({ devices }) => {
    const stored = await devices.findForUpdate(pool, sub, deviceKey)
    if (stored === undefined) return refused('device-absent')
    const changed = { ...change(openDevice(cipher, stored)), modifiedAtMs: clock.nowMs() }
    await devices.update(pool, sealDevice(cipher, changed))
    return { kind: 'done' as const }
  })
}

/** ForgetDevice: it signs in like any other from now on. */
export async function forgetDevice(
  { poolWork }: DeviceServices,
  pool: PrimaryPool,
  sub: string,
  deviceKey: string,
): Promise<{ readonly kind: 'done' } | Refused> {
  if (!tracksDevices(pool)) return refused('devices-not-tracked')
  const outcome = await poolWork.run(pool, ({ devices }) => devices.remove(pool, sub, deviceKey))
  return outcome === 'removed' ? { kind: 'done' } : refused('device-absent')
}

/** Bytes in base64 as hexadecimal; undefined where there are none or too many. */
function hexOf(text: string | undefined, bytesMax: number): string | undefined {
  const bytes = Buffer.from(text ?? '', 'base64')
  return bytes.length > 0 && bytes.length <= bytesMax ? bytes.toString('hex') : undefined
}
