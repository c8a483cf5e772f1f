// The cases of repositories of factors: passkeys, devices, and uses of both and of apps; of
// sessions, of certificates, of keys and of events. The rows of two pools share their keys and
// differ in what is sealed.
import type { Repositories } from '#adapters/postgres/repositories.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { Case } from './isolation-cases.js'
import { bytes, NOW, OTHER_SUB, SUB } from './pools.js'

const STEP = 59_000_000
const HASH = bytes('credential')
const SESSION = '44444444-4444-7444-8444-444444444444'
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
/** Of a user who has not signed out, unlike the other. */
const session = (mark: string, originJti = SESSION) => ({
  sub: OTHER_SUB,
  originJti,
  clientId: 'app',
  createdAtMs: NOW,
  lastActiveAtMs: NOW,
  expiresAtMs: NOW + 1,
  activitySealed: bytes(`session ${mark}`),
})
const certificate = (mark: string, serialNumber = '40') => ({
  serialNumber,
  certificate: bytes(`certificate ${mark}`),
  privateKeySealed: bytes(`private ${mark}`),
  createdAtMs: NOW,
})
const EVENT = '55555555-5555-4555-8555-555555555555'
const event = (mark: string, step = 1) => ({
  eventId: EVENT,
  sub: SUB,
  step,
  hasPassed: true,
  createdAtMs: NOW,
  expiresAtMs: NOW + 1,
  eventSealed: bytes(`event ${mark}`),
})
const feedback = (value: 'Valid' | 'Invalid') =>
  ({ value, provider: 'Admin', givenAtMs: NOW }) as const
const finding = (mark: string) => ({ kmsKeyArn: `arn of ${mark}`, failure: undefined })
const passkeyUse = (signCount: number) => ({ sub: SUB, credentialHash: HASH, signCount, atMs: NOW })

/** One of everything, with what only this pool has. */
export async function fillFactors(r: Repositories, pool: PrimaryPool, mark: string): Promise<void> {
  await r.passkeys.insert(pool, passkey(mark))
  await r.devices.insert(pool, device(mark))
  await r.passkeyUses.use(pool, passkeyUse(1))
  await r.totpUses.use(pool, { sub: SUB, step: STEP, atMs: NOW })
  await r.userSessions.begin(pool, session(mark), 9)
  await r.signingCertificateRows.insertAfter(pool, undefined, certificate(mark))
  await r.keyHealth.record(pool, finding(mark), NOW)
  await r.authEvents.write(pool, [event(mark)])
  await r.authEvents.judge(pool, event(mark), feedback('Valid'))
}

export const FACTOR_CASES: Readonly<Record<string, Case>> = {
  'passkeys.list': { reads: (r, pool) => r.passkeys.list(pool, SUB) },
  'passkeys.find': { reads: (r, pool) => r.passkeys.find(pool, HASH) },
  'passkeys.insert': {
    writes: (r, pool) => r.passkeys.insert(pool, passkey('new', bytes('other'))),
  },
  'passkeys.remove': { writes: (r, pool) => r.passkeys.remove(pool, passkey('')) },
  'signingCertificateRows.newest': { reads: (r, pool) => r.signingCertificateRows.newest(pool) },
  'signingCertificateRows.insertAfter': {
    writes: (r, pool) => r.signingCertificateRows.insertAfter(pool, '40', certificate('new', '41')),
  },
  'signingCertificateRows.poolsInNeed': { none: 'lists pools of the Region' },
  'nodes.beat': { none: 'is about no pool' },
  'nodes.list': { none: 'is about no pool' },
  'nodes.remove': { none: 'is about no pool' },
  'replicationSamples.add': { none: 'is about no pool' },
  'replicationSamples.since': { none: 'is about no pool' },
  'keyHealth.poolsWithKey': { none: 'lists pools of the Region' },
  'keyHealth.record': {
    writes: (r, pool) => r.keyHealth.record(pool, finding('new'), NOW + 1),
  },
  'keyHealth.refused': { none: 'lists pools of the Region' },
  'keyHealth.current': { none: 'lists pools of the Region' },
  'keyHealth.history': { reads: (r, pool) => r.keyHealth.history(pool, 10) },
  'quotaCounts.poolsReach': { none: 'of the Region' },
  'quotaCounts.reach': { none: 'yes or no; test/api/cognito/limits/quotas has two pools' },
  'quotaCounts.groupsOfUserReach': { none: 'yes or no, of one user' },
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
  'userSessions.begin': {
    // One more than is allowed: the other one is revoked.
    writes: (r, pool) => r.userSessions.begin(pool, session('new', SESSION.replace('4', '5')), 1),
  },
  'userSessions.touch': {
    writes: (r, pool) =>
      r.userSessions.touch(pool, { ...session('changed'), lastActiveAtMs: NOW + 1 }),
  },
  'userSessions.live': {
    reads: (r, pool) => r.userSessions.live(pool, OTHER_SUB, { nowMs: NOW, limit: 10 }),
  },
  'authEvents.write': { writes: (r, pool) => r.authEvents.write(pool, [event('changed', 2)]) },
  'authEvents.judge': {
    writes: (r, pool) => r.authEvents.judge(pool, event(''), feedback('Invalid')),
  },
  'authEvents.past': { reads: (r, pool) => r.authEvents.past(pool, SUB, 10) },
  'authEvents.list': {
    reads: (r, pool) => r.authEvents.list(pool, SUB, { after: undefined, limit: 10 }),
  },
  'totpUses.use': {
    writes: (r, pool) => r.totpUses.use(pool, { sub: SUB, step: STEP + 1, atMs: NOW }),
  },
}
