// The device of a sign-in: whether one that was presented is the user's and remembered, and the key
// that a new one gets. On a secondary no new device is announced, since it could not be confirmed
// there.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import { deviceGroupKey, type NewDevice, tracksDevices } from '#app/devices/device.js'
import { isUuid } from '#base/uuid.js'
import type { AuthState, Defined } from '#domain/challenge/state.js'
import { type Refused, refused } from '#domain/refusal.js'
import { asPrimary } from '#ports/capability.js'
import type { AuthStep } from './challenge.js'
import { deviceKeyOf } from './parameters.js'

/** What a remembered device stands for; undefined where there is none to ask for. */
export async function deviceDecision(
  { services, context: { pool }, progress }: AuthStep,
  { user }: OpenedAuthRecord,
): Promise<AuthState['device'] | Refused> {
  const { deviceKey, provenFactors } = progress
  if (deviceKey === undefined || !tracksDevices(pool)) return undefined
  if (provenFactors.includes('device')) return undefined
  const device = await services.devices.find(pool, user.sub, deviceKey)
  // Clients drop what they know of the device and begin again without it.
  if (device === undefined) return refused('device-absent')
  if (!device.isRemembered) return undefined
  const standsForMfa = pool.settings.deviceConfiguration?.challengeRequiredOnNewDevice === true
  return standsForMfa ? 'instead-of-mfa' : 'besides-mfa'
}

/**
 * The same for what the customer's code has `defined`. Asked where a password is proven or the code
 * issues tokens, and not before: a device that is absent would tell who has the name.
 */
export async function customDeviceDecision(
  step: AuthStep,
  record: OpenedAuthRecord | undefined,
  defined: Defined,
): Promise<AuthState['device'] | Refused> {
  const isProven = defined === 'issue-tokens' || step.progress.provenFactors.includes('password')
  return isProven && record !== undefined ? deviceDecision(step, record) : undefined
}

/**
 * The refusal of a device that comes with a response and is none of the user's. Asked before the
 * session is taken: clients respond once more, in the same session, without the device.
 */
export async function absentDevice(
  { services, context: { pool }, parameters }: AuthStep,
  sub: string,
): Promise<Refused | undefined> {
  const deviceKey = deviceKeyOf(parameters)
  if (deviceKey === undefined || !tracksDevices(pool) || !isUuid(sub)) return undefined
  const device = await services.devices.find(pool, sub, deviceKey)
  return device === undefined ? refused('device-absent') : undefined
}

/** The device of the tokens: the one that was presented, or a new one. */
export function deviceOfTokens({ services, context: { pool }, cipher, progress }: AuthStep): {
  readonly deviceKey: string | undefined
  readonly newDevice: NewDevice | undefined
} {
  if (!tracksDevices(pool)) return { deviceKey: undefined, newDevice: undefined }
  if (progress.deviceKey !== undefined) {
    return { deviceKey: progress.deviceKey, newDevice: undefined }
  }
  if (asPrimary(pool) === undefined) return { deviceKey: undefined, newDevice: undefined }
  const deviceKey = `${pool.region}_${services.random.uuid()}`
  const newDevice = { deviceKey, deviceGroupKey: deviceGroupKey(cipher, deviceKey) }
  return { deviceKey, newDevice }
}
