// A device as the rules see it, and its sealed form. A device proves itself by SRP under a password
// that its client made: what is kept is a verifier, like a user's. The group key is derived from
// the device key, so that nothing is stored for a device that was never confirmed.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { Pool } from '#ports/capability.js'
import type { StoredDevice } from '#ports/devices.js'

const GROUP_CHARACTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const GROUP_LENGTH = 8

/** What is sealed of a device. */
export interface DeviceContents {
  readonly name: string | undefined
  /** SRP salt and verifier, hexadecimal. */
  readonly salt: string
  readonly verifier: string
  readonly lastIp: string | undefined
  readonly lastAuthenticatedAtMs: number
}

/** A device that a user confirmed. */
export interface OpenedDevice
  extends DeviceContents,
    Pick<StoredDevice, 'sub' | 'deviceKey' | 'isRemembered' | 'createdAtMs' | 'modifiedAtMs'> {}

/** A device that a client is to confirm (NewDeviceMetadata). */
export interface NewDevice {
  readonly deviceKey: string
  readonly deviceGroupKey: string
}

/** Whether a pool tracks devices. */
export function tracksDevices({ settings }: Pool): boolean {
  return settings.deviceConfiguration !== undefined
}

// Cognito: developer guide, "Working with user devices" (DeviceGroupKey), 2026.
/** The key of the group of a device: `-` and 8 characters, always the same for a device. */
export function deviceGroupKey(cipher: PoolCipher, deviceKey: string): string {
  const bytes = cipher.hash('device-group', deviceKey)
  const characters = [...bytes.subarray(0, GROUP_LENGTH)].map(
    (byte) => GROUP_CHARACTERS[byte % GROUP_CHARACTERS.length],
  )
  return `-${characters.join('')}`
}

const contextOf = (sub: string, deviceKey: string) => ({
  table: 'devices',
  column: 'device_sealed',
  row: `${sub}:${deviceKey}`,
})

/** A device for its row. */
export function sealDevice(cipher: PoolCipher, device: OpenedDevice): StoredDevice {
  const { sub, deviceKey, isRemembered, createdAtMs, modifiedAtMs, ...contents } = device
  const deviceSealed = cipher.sealJson(contextOf(sub, deviceKey), contents)
  return { sub, deviceKey, deviceSealed, isRemembered, createdAtMs, modifiedAtMs }
}

/** Opens what sealDevice sealed. */
export function openDevice(cipher: PoolCipher, stored: StoredDevice): OpenedDevice {
  const { deviceSealed, ...rest } = stored
  const context = contextOf(stored.sub, stored.deviceKey)
  return { ...rest, ...(cipher.openJson(context, deviceSealed) as DeviceContents) }
}
