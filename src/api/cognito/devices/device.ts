// Devices on the wire.

import { type OpenedDevice, openDevice, tracksDevices } from '#app/devices/device.js'
import type { DeviceServices } from '#app/devices/devices.js'
import { poolPage } from '#app/paging.js'
import type { Random } from '#base/random.js'
import type { Pool } from '#ports/capability.js'
import { errorFor, unwrap } from '../refusals.js'

/** DeviceType. */
export function toDeviceShape(device: OpenedDevice) {
  const attributes = [
    ['device_status', 'valid'],
    ['device_name', device.name],
    ['last_ip_used', device.lastIp],
    ['dev:device_remembered_status', device.isRemembered ? 'remembered' : 'not_remembered'],
  ] as const
  return {
    DeviceKey: device.deviceKey,
    DeviceAttributes: attributes.flatMap(([Name, Value]) =>
      Value === undefined ? [] : [{ Name, Value }],
    ),
    DeviceCreateDate: new Date(device.createdAtMs),
    DeviceLastModifiedDate: new Date(device.modifiedAtMs),
    DeviceLastAuthenticatedDate: new Date(device.lastAuthenticatedAtMs),
  }
}

/** A page of a user's devices. */
export async function devicePage(
  ctx: Pick<DeviceServices, 'poolKeys' | 'devices'> & {
    readonly pool: Pool
    readonly random: Random
  },
  sub: string,
  request: { readonly limit: number | undefined; readonly token: string | undefined },
) {
  if (!tracksDevices(ctx.pool)) throw errorFor('devices-not-tracked')
  const page = await poolPage(ctx, ctx.pool, {
    list: `devices-of:${sub}`,
    ...request,
    read: (afterKey, limit) => ctx.devices.page(ctx.pool, sub, { afterKey, limit }),
    keyOf: ({ deviceKey }) => deviceKey,
  })
  const { items, nextToken } = unwrap(page)
  const cipher = await ctx.poolKeys.cipher(ctx.pool)
  return {
    Devices: items.map((stored) => toDeviceShape(openDevice(cipher, stored))),
    PaginationToken: nextToken,
  }
}
