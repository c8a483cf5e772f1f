// The cases of repositories of factors: passkeys, devices, and uses of both and of apps. The rows
// of two pools share their keys and differ in what is sealed.
import type { Repositories } from '#adapters/postgres/repositories.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { Case } from './isolation-cases.js'
import { bytes, NOW, SUB } from './pools.js'

const STEP = 59_000_000
const HASH = bytes('credential')
const KEY = 'us-west-2_33333333-3333-4333-8333-333333333333'

const passkey = (mark: string, credentialHash = HASH) => ({
  sub: SUB,
  credentialHash,
  passkeySealed: bytes(`passkey ${mark}`),
  createdAtMs: NOW,
})
const device = (mark: string, deviceKey = KEY) => ({
  sub: SUB,
  deviceKey,
  deviceSealed: bytes(`device ${mark}`),
  isRemembered: false,
  createdAtMs: NOW,
  modifiedAtMs: NOW,
})
const passkeyUse = (signCount: number) => ({ sub: SUB, credentialHash: HASH, signCount, atMs: NOW })

/** One of everything, with what only this pool has. */
export async function fillFactors(r: Repositories, pool: PrimaryPool, mark: string): Promise<void> {
  await r.passkeys.insert(pool, passkey(mark))
  await r.devices.insert(pool, device(mark))
  await r.passkeyUses.use(pool, passkeyUse(1))
  await r.totpUses.use(pool, { sub: SUB, step: STEP, atMs: NOW })
}

export const FACTOR_CASES: Readonly<Record<string, Case>> = {
  'passkeys.list': { reads: (r, pool) => r.passkeys.list(pool, SUB) },
  'passkeys.find': { reads: (r, pool) => r.passkeys.find(pool, HASH) },
  'passkeys.insert': {
    writes: (r, pool) => r.passkeys.insert(pool, passkey('new', bytes('other'))),
  },
  'passkeys.remove': { writes: (r, pool) => r.passkeys.remove(pool, passkey('')) },
  'passkeyUses.use': { writes: (r, pool) => r.passkeyUses.use(pool, passkeyUse(2)) },
  'devices.find': { reads: (r, pool) => r.devices.find(pool, SUB, KEY) },
  'devices.findForUpdate': { reads: (r, pool) => r.devices.findForUpdate(pool, SUB, KEY) },
  'devices.page': {
    reads: (r, pool) => r.devices.page(pool, SUB, { afterKey: undefined, limit: 10 }),
  },
  'devices.insert': {
    writes: (r, pool) => r.devices.insert(pool, device('new', KEY.replaceAll('3', '4'))),
  },
  'devices.update': { writes: (r, pool) => r.devices.update(pool, device('changed')) },
  'devices.remove': { writes: (r, pool) => r.devices.remove(pool, SUB, KEY) },
  'totpUses.use': {
    writes: (r, pool) => r.totpUses.use(pool, { sub: SUB, step: STEP + 1, atMs: NOW }),
  },
}
