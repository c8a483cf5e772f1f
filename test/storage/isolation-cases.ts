// One case for each method of each repository: how to call it for a pool, with identifiers that may
// be the pool's own or another pool's. isolation.test.ts says what must be true of each.
import type { Repositories } from '#adapters/postgres/repositories.js'
import type { PrimaryPool, RegionalPool } from '#ports/capability.js'
import {
  bytes,
  JTI,
  MINUTE,
  NOW,
  newClient,
  newUser,
  OTHER_SUB,
  rotated,
  SETTINGS,
  SUB,
} from './pools.js'

export type AnyPool = PrimaryPool & RegionalPool

/** Identifiers that no two pools share. */
export interface Ids {
  readonly clientId: string
  readonly domain: string
  readonly regionalDomain: string
}

type Call = (r: Repositories, pool: AnyPool, ids: Ids) => Promise<unknown>

/**
 * - `reads`: what B gets differs from what A gets and has nothing of A in it.
 * - `writes`: B changes, A does not.
 * - `none`: has no pool, for this reason.
 */
export type Case =
  | { readonly reads: Call; readonly isById?: true }
  | { readonly writes: Call; readonly isByOwnIds?: true }
  | { readonly none: string }

const page = { afterId: undefined, limit: 10 }
const key = {
  id: 'key',
  purpose: 'data',
  kmsKeyArn: undefined,
  encryptionContext: undefined,
  createdAtMs: NOW,
  replicasMax: 1,
} as const
const group = {
  name: 'group',
  description: 'changed',
  roleArn: undefined,
  precedence: 2,
  createdAtMs: NOW,
  modifiedAtMs: NOW,
}

export const CASES: Readonly<Record<string, Case>> = {
  'unitOfWork.run': { none: 'runs what others do' },

  'pools.find': { reads: (r, pool) => r.pools.find(pool.id) },
  'pools.read': { reads: (r, pool) => r.pools.read(pool.id) },
  'pools.insert': {
    writes: (r, pool) =>
      r.unitOfWork.run((bound) =>
        bound.pools.insert({
          id: `${pool.id}-new`,
          name: 'new',
          settings: SETTINGS,
          tier: 'LITE',
          issuerType: 'ORIGINAL',
          kmsKeyArn: undefined,
          createdAtMs: NOW,
        }),
      ),
  },
  'pools.update': { writes: (r, pool) => r.pools.update(pool, { name: 'x', modifiedAtMs: NOW }) },
  'pools.remove': { writes: (r, pool) => r.pools.remove(pool) },
  'pools.page': { none: 'lists the pools of the Region' },

  'replicas.list': { reads: (r, pool) => r.replicas.list(pool) },
  'replicas.insert': {
    writes: (r, pool) =>
      r.unitOfWork.run((bound) =>
        bound.replicas.insert(pool, {
          targetRegion: 'eu-west-1',
          createdAtMs: NOW,
          replicasMax: 9,
        }),
      ),
  },
  'replicas.setPhase': { writes: (r, pool) => r.replicas.setPhase(pool, 'us-east-1', 'DELETING') },
  'replicas.remove': { writes: (r, pool) => r.replicas.remove(pool, 'us-east-1') },

  'clients.resolve': { reads: (r, _, ids) => r.clients.resolve(ids.clientId), isById: true },
  'clients.find': { reads: (r, pool, ids) => r.clients.find(pool, ids.clientId) },
  'clients.page': { reads: (r, pool) => r.clients.page(pool, page) },
  'clients.insert': {
    writes: (r, pool) =>
      r.unitOfWork.run((bound) =>
        bound.clients.insert(pool, newClient(pool.id, { clientId: 'brand-new' })),
      ),
  },
  'clients.update': {
    writes: (r, pool, { clientId }) =>
      r.clients.update(pool, newClient(pool.id, { clientId }), {
        name: 'changed',
        settings: newClient(pool.id).settings,
        modifiedAtMs: NOW,
      }),
  },
  'clients.remove': { writes: (r, pool, ids) => r.clients.remove(pool, ids.clientId) },
  'clients.insertSecret': {
    writes: (r, pool, { clientId }) =>
      r.clients.insertSecret(
        pool,
        { clientId, secretId: 'new', secretSealed: bytes('new'), createdAtMs: NOW },
        { max: 2 },
      ),
  },
  'clients.removeSecret': {
    writes: async (r, pool, { clientId }) => {
      // The last one stays.
      const secret = {
        clientId,
        secretId: 'newer',
        secretSealed: bytes('new'),
        createdAtMs: NOW,
        replicasMax: 1,
      }
      await r.clients.insertSecret(pool, secret, { max: 2 })
      return r.clients.removeSecret(pool, clientId, 'secret')
    },
  },

  'resourceServers.find': { reads: (r, pool) => r.resourceServers.find(pool, 'server') },
  'resourceServers.page': { reads: (r, pool) => r.resourceServers.page(pool, page) },
  'resourceServers.insert': {
    writes: (r, pool) =>
      r.resourceServers.insert(pool, { identifier: 'new', name: 'new', scopes: [] }),
  },
  'resourceServers.update': {
    writes: (r, pool) =>
      r.resourceServers.update(pool, { identifier: 'server', name: 'changed', scopes: [] }),
  },
  'resourceServers.remove': { writes: (r, pool) => r.resourceServers.remove(pool, 'server') },

  'domains.resolve': { reads: (r, _, ids) => r.domains.resolve(ids.domain), isById: true },
  'domains.list': { reads: (r, pool) => r.domains.list(pool) },
  'domains.insert': {
    writes: (r, pool, ids) =>
      r.domains.insert(pool, {
        poolId: pool.id,
        domain: `${ids.domain}-new`,
        settings: {},
        createdAtMs: NOW,
      }),
  },
  'domains.update': {
    writes: (r, pool, ids) =>
      r.domains.update(pool, {
        poolId: pool.id,
        domain: ids.domain,
        settings: { changed: true },
        createdAtMs: NOW,
      }),
  },
  'domains.remove': { writes: (r, pool, ids) => r.domains.remove(pool, ids.domain) },

  'groups.find': { reads: (r, pool) => r.groups.find(pool, 'group') },
  'groups.page': { reads: (r, pool) => r.groups.page(pool, { afterName: undefined, limit: 5 }) },
  'groups.insert': { writes: (r, pool) => r.groups.insert(pool, { ...group, name: 'new' }) },
  'groups.update': { writes: (r, pool) => r.groups.update(pool, 'group', group) },
  'groups.remove': { writes: (r, pool) => r.groups.remove(pool, 'group') },
  'groups.addMember': {
    writes: async (r, pool) => {
      await r.users.insert(
        pool,
        newUser({ sub: OTHER_SUB, usernameHash: bytes('n'), emailHash: undefined }),
      )
      await r.groups.addMember(pool, 'group', OTHER_SUB, NOW)
    },
  },
  'groups.removeMember': { writes: (r, pool) => r.groups.removeMember(pool, 'group', SUB) },
  'groups.ofUser': {
    reads: (r, pool) => r.groups.ofUser(pool, SUB, { afterName: undefined, limit: 5 }),
  },
  'groups.members': {
    reads: (r, pool) => r.groups.members(pool, 'group', { afterSub: undefined, limit: 5 }),
  },

  'users.findBySub': { reads: (r, pool) => r.users.findBySub(pool, SUB) },
  'users.findForUpdate': { reads: (r, pool) => r.users.findForUpdate(pool, SUB) },
  'users.find': {
    reads: (r, pool) =>
      r.users.find(pool, {
        usernameHash: bytes('nobody'),
        alias: { kind: 'email', hash: bytes('email') },
      }),
  },
  'users.findAuthRecord': {
    reads: (r, pool) => r.users.findAuthRecord(pool, { sub: SUB }),
  },
  'users.findAuthClaim': {
    reads: (r, pool) =>
      r.users.findAuthClaim(pool, {
        usernameHash: bytes('username'),
        sub: undefined,
        absentSub: OTHER_SUB,
      }),
  },
  'users.takeSession': {
    reads: (r, pool) => r.users.takeSession(pool, { id: OTHER_SUB, sub: SUB, expiresAtMs: NOW }, 1),
  },
  'users.findRefreshRecord': {
    reads: (r, pool) => r.users.findRefreshRecord(pool, { sub: SUB, originJti: JTI }),
  },
  'users.page': {
    reads: (r, pool) => r.users.page(pool, { afterSub: undefined, limit: 10, terms: [1n] }),
  },
  'userCounts.estimate': { reads: (r, pool) => r.userCounts.estimate(pool) },
  'users.poolsWithOldTerms': { none: 'lists pools of the Region' },
  'users.withOldTerms': {
    reads: (r, pool) => r.users.withOldTerms(pool, { afterSub: undefined, limit: 10 }),
  },
  'users.setSearchTerms': {
    writes: (r, pool) => r.users.setSearchTerms(pool, newUser({ searchTerms: [2n] })),
  },
  'users.insert': {
    writes: (r, pool) =>
      r.users.insert(
        pool,
        newUser({ sub: OTHER_SUB, usernameHash: bytes('new'), emailHash: undefined }),
      ),
  },
  'users.update': { writes: (r, pool) => r.users.update(pool, newUser({ status: 'CHANGED' })) },
  'users.remove': { writes: (r, pool) => r.users.remove(pool, SUB) },

  'dataKeys.list': { reads: (r, pool) => r.dataKeys.list(pool) },
  'dataKeys.insert': {
    writes: (r, pool) =>
      r.unitOfWork.run((bound) =>
        bound.dataKeys.insert(pool.id, { ...key, id: 'new', wrapped: bytes('new') }),
      ),
  },
  'dataKeys.rewrap': {
    writes: (r, pool) =>
      r.unitOfWork.run((bound) => bound.dataKeys.rewrap(pool, [{ ...key, wrapped: bytes('new') }])),
  },
  'signingKeys.list': { reads: (r, pool) => r.signingKeys.list(pool) },
  'signingKeys.insert': {
    writes: (r, pool) =>
      r.unitOfWork.run((bound) =>
        bound.signingKeys.insert(pool.id, {
          kid: 'new',
          tokenUse: 'id',
          publicJwk: {},
          privateKeySealed: bytes('new'),
          createdAtMs: NOW,
        }),
      ),
  },
  'signingKeys.insertMissing': {
    writes: (r, pool) =>
      r.signingKeys.insertMissing(pool, {
        kid: 'missing',
        tokenUse: 'access',
        publicJwk: {},
        privateKeySealed: bytes('missing'),
        createdAtMs: NOW,
      }),
  },
  'signingKeys.poolsWithout': { none: 'lists pools of the Region' },

  'regionalSettings.set': {
    writes: (r, pool) => r.regionalSettings.set(pool, { smsConfiguration: 'changed' }),
  },
  'regionalSettings.setTags': { writes: (r, pool) => r.regionalSettings.setTags(pool, { x: 'y' }) },
  'regionalSettings.insert': {
    writes: (r, pool) => r.regionalSettings.insert(pool.id, { settings: {}, tags: {} }),
  },
  'regionalSettings.remove': { writes: (r, pool) => r.regionalSettings.remove(pool.id) },
  'regionalDomains.list': { reads: (r, pool) => r.regionalDomains.list(pool) },
  'regionalDomains.insert': {
    writes: (r, pool, ids) =>
      r.regionalDomains.insert(pool, {
        poolId: pool.id,
        domain: `${ids.regionalDomain}-new`,
        settings: {},
        createdAtMs: NOW,
      }),
  },
  'regionalDomains.remove': {
    writes: (r, pool, ids) => r.regionalDomains.remove(pool, ids.regionalDomain),
  },

  'codes.put': {
    writes: (r, pool) =>
      r.codes.put(pool, {
        sub: SUB,
        purpose: 'sign-up',
        codeHash: bytes('654321'),
        expiresAtMs: NOW,
      }),
  },
  'codes.take': {
    writes: (r, pool) =>
      r.codes.take(pool, {
        sub: SUB,
        purpose: 'sign-up',
        codeHash: bytes('123456'),
        source: 's',
        nowMs: NOW,
      }),
  },
  'codes.check': {
    writes: (r, pool) =>
      r.codes.check(pool, {
        sub: SUB,
        purpose: 'sign-up',
        codeHash: bytes('wrong'),
        source: 's',
        nowMs: NOW,
      }),
  },
  'codes.countSend': {
    writes: (r, pool) =>
      r.codes.countSend(pool, {
        sub: SUB,
        purpose: 'sign-up',
        sendsMax: 9,
        windowMs: MINUTE,
        nowMs: NOW,
      }),
  },
  'codes.uncountSend': {
    writes: (r, pool) => r.codes.uncountSend(pool, { sub: SUB, purpose: 'sign-up' }),
  },
  'codes.remove': { writes: (r, pool) => r.codes.remove(pool, SUB) },
  'defaultSenderDays.count': {
    writes: (r, pool) => r.defaultSenderDays.count(pool, { day: 2, sendsMax: 9 }),
  },
  'defaultSenderDays.uncount': {
    writes: (r, pool) => r.defaultSenderDays.uncount(pool, { day: 1 }),
  },
  'outbox.insert': {
    writes: (r, pool) =>
      r.outbox.insert(pool, {
        poolId: pool.id,
        messageId: SUB,
        messageSealed: bytes('new'),
        createdAtMs: NOW,
      }),
  },
  'outbox.list': { reads: (r, pool) => r.outbox.list({ poolId: pool.id, limit: 10 }) },

  'signOuts.add': { writes: (r, pool) => r.signOuts.add(pool, SUB, NOW + 99_999) },
  'signOuts.latestMs': { reads: (r, pool) => r.signOuts.latestMs(pool, SUB) },
  'revocations.add': { writes: (r, pool) => r.revocations.add(pool, OTHER_SUB, NOW) },
  'revocations.has': { reads: (r, pool) => r.revocations.has(pool, JTI) },
  'sessions.state': { reads: (r, pool) => r.sessions.state(pool, { sub: SUB, originJti: JTI }) },
  'rotationUses.use': {
    writes: (r, pool) => r.rotationUses.use(pool, rotated(OTHER_SUB, NOW, NOW)),
  },
  'rotationUses.conflicts': { none: 'lists conflicts of the Region' },
  'rotationUses.settle': { none: 'forgets a conflict of the Region' },
  'rotationUses.findConflicts': { none: 'looks through the Region' },
  'usedSessions.take': {
    writes: (r, pool) => r.usedSessions.take(pool, { id: OTHER_SUB, expiresAtMs: NOW }, 1),
  },
  'failedAttempts.addFailure': {
    writes: (r, pool) => r.failedAttempts.addFailure(pool, SUB, NOW + 5000),
  },
  'failedAttempts.state': { reads: (r, pool) => r.failedAttempts.state(pool, SUB) },
  'failedAttempts.addSuccess': {
    writes: (r, pool) => r.failedAttempts.addSuccess(pool, SUB, NOW + 5000),
  },
  'activations.set': {
    writes: (r, pool) =>
      r.activations.set(pool, { region: 'us-east-1', isActive: false, changedAtMs: NOW }),
  },

  'jobs.insert': { none: 'tested with the runner of jobs' },
  'jobs.live': { none: 'of the Region' },
  'jobs.latest': { none: 'tested with the runner of jobs' },
  'jobs.find': { none: 'by the job alone' },
  'jobs.save': { none: 'of a job that was read' },
}
