// Pools with one of everything in them, for tests of storage. Two pools share every identifier that
// may be shared (user's sub, group, key and code), so that a statement without its pool is seen.

import type { Repositories } from '#adapters/postgres/repositories.js'
import { required } from '#base/assert.js'
import { decodeClientSettings } from '#domain/client/settings.js'
import { globalTable } from '#domain/pool/settings.js'
import { decodeSettings } from '#domain/settings/table.js'
import { asPrimary, asRegional, type PrimaryPool, type RegionalPool } from '#ports/capability.js'
import type { Client, UserRow } from '#ports/directory.js'
import type { RotatedToken } from '#ports/runtime.js'

export const NOW = Date.UTC(2026, 5, 1, 12, 0, 0, 123)
export const MINUTE = 60_000
export const SUB = '11111111-1111-4111-8111-111111111111'
export const OTHER_SUB = '22222222-2222-4222-8222-222222222222'
export const JTI = '33333333-3333-7333-8333-333333333333'
export const OTHER_JTI = '44444444-4444-7444-8444-444444444444'

export const SETTINGS = decodeSettings(globalTable, {
  aliasAttributes: ['email'],
  isCaseSensitive: false,
})

/** Bytes that name what they are. */
export const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')

export const newUser = (changes: Partial<UserRow> = {}): UserRow => ({
  sub: SUB,
  usernameHash: bytes('username'),
  emailHash: bytes('email'),
  phoneNumberHash: undefined,
  preferredUsernameHash: undefined,
  searchTerms: [1n, -9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
  status: 'CONFIRMED',
  isEnabled: true,
  profileSealed: bytes('profile'),
  credentialSealed: bytes('credential'),
  factorsSealed: bytes('factors'),
  version: 1,
  createdAtMs: NOW,
  modifiedAtMs: NOW + 1,
  ...changes,
})

export const newClient = (poolId: string, changes: Partial<Client> = {}): Client => ({
  poolId,
  clientId: `client-of-${poolId}`,
  name: `client of ${poolId}`,
  settings: decodeClientSettings({
    explicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    preventUserExistenceErrors: 'ENABLED',
  }),
  createdAtMs: NOW,
  modifiedAtMs: NOW,
  ...changes,
})

/** A pool of the storage's Region, with nothing in it. */
export async function makePool(
  repositories: Repositories,
  id: string,
): Promise<PrimaryPool & RegionalPool> {
  await repositories.unitOfWork.run((bound) =>
    bound.pools.insert({
      id,
      name: `name of ${id}`,
      settings: SETTINGS,
      tier: 'ESSENTIALS',
      issuerType: 'ORIGINAL',
      kmsKeyArn: undefined,
      createdAtMs: NOW,
    }),
  )
  return poolOf(repositories, id)
}

/** The pool as it is now, with both capabilities. */
export async function poolOf(
  repositories: Repositories,
  id: string,
): Promise<PrimaryPool & RegionalPool> {
  const pool = required(await repositories.pools.find(id), 'pool')
  required(asPrimary(pool), 'primary pool')
  return required(asRegional(pool), 'regional pool') as PrimaryPool & RegionalPool
}

/** A pool with one row or more in every table. `mark` is in each value that only this pool has. */
export async function makeFullPool(
  repositories: Repositories,
  options: { id: string; mark: string; usersCount: number; atMs: number },
): Promise<PrimaryPool & RegionalPool> {
  const r = repositories
  const { id, mark, usersCount, atMs } = options
  const pool = await makePool(r, id)
  await fillDirectory(r, pool, { mark, usersCount })
  await r.regionalSettings.insert(id, {
    settings: { emailConfiguration: { of: mark } },
    tags: { of: mark },
  })
  const domain = { poolId: id, settings: { of: mark }, createdAtMs: NOW }
  await r.domains.insert(pool, { ...domain, domain: `domain-${id}` })
  await r.regionalDomains.insert(pool, { ...domain, domain: `regional-${id}` })
  await r.codes.put(pool, {
    sub: SUB,
    purpose: 'sign-up',
    codeHash: bytes('123456'),
    expiresAtMs: atMs + 1000,
  })
  const window = { sendsMax: 5, windowMs: 1000, nowMs: atMs }
  await r.defaultSenderDays.count(pool, { day: 1, sendsMax: 9 })
  await fillImport(r, pool, mark)
  await r.codes.countSend(pool, { sub: SUB, purpose: 'sign-up', ...window })
  await r.usedSessions.take(pool, { id: JTI, expiresAtMs: atMs }, 1)
  await r.outbox.insert(pool, {
    poolId: id,
    messageId: mark === 'a' ? JTI : OTHER_JTI,
    messageSealed: bytes(`message ${mark}`),
    createdAtMs: atMs,
  })
  await r.signOuts.add(pool, SUB, atMs)
  await r.revocations.add(pool, mark === 'a' ? JTI : OTHER_JTI, atMs + 1000)
  await r.rotationUses.use(pool, rotated(JTI, atMs, atMs + 1000))
  for (let n = 0; n < usersCount; n += 1) await r.failedAttempts.addFailure(pool, SUB, atMs)
  await r.activations.set(pool, { region: 'us-east-1', isActive: true, changedAtMs: atMs })
  return poolOf(r, id)
}

export const IMPORT_ID = 'import-1'
export const IMPORT_CHUNK = { jobId: IMPORT_ID, uploadId: SUB, chunk: 0 }
export const IMPORT_LINES = (mark: string) => ({ firstLine: 1, linesSealed: bytes(mark) })

/** A job whose name says its pool. */
export const importJob = (mark: string) => ({
  hashAlgorithm: undefined,
  jobId: IMPORT_ID,
  name: mark,
  roleArn: 'arn:aws:iam::123456789012:role/logs',
  uploadHash: bytes(mark),
  createdAtMs: NOW,
})

async function fillImport(r: Repositories, pool: PrimaryPool, mark: string): Promise<void> {
  await r.userImports.insert(pool, importJob(mark), { max: 9 })
  await r.userImports.addChunk(pool, IMPORT_CHUNK, IMPORT_LINES(`lines ${mark}`))
  await r.userImports.useUpload(pool, IMPORT_CHUNK)
  await r.userImports.move(pool, IMPORT_ID, { from: ['Created'], to: 'InProgress', atMs: NOW })
  const result = { imported: 1, skipped: 0, failed: 0, log: `log ${mark}` }
  await r.userImports.record(pool, { jobId: IMPORT_ID, chunk: 5 }, result)
}

async function fillDirectory(
  r: Repositories,
  pool: PrimaryPool,
  { mark, usersCount }: { mark: string; usersCount: number },
): Promise<void> {
  await r.unitOfWork.run(async (bound) => {
    await bound.replicas.insert(pool, {
      targetRegion: 'us-east-1',
      createdAtMs: NOW - 1,
      replicasMax: 1,
    })
    await bound.dataKeys.insert(pool.id, {
      id: 'key',
      purpose: 'data',
      kmsKeyArn: undefined,
      wrapped: bytes(`wrapped ${mark}`),
      encryptionContext: undefined,
      createdAtMs: NOW,
    })
    await bound.signingKeys.insert(pool.id, {
      kid: 'kid',
      tokenUse: undefined,
      publicJwk: { of: mark },
      privateKeySealed: bytes(`private ${mark}`),
      createdAtMs: NOW,
    })
    await bound.clients.insert(pool, newClient(pool.id))
    const clientId = newClient(pool.id).clientId
    const secret = { clientId, secretId: 'secret', createdAtMs: NOW }
    const sealed = { ...secret, secretSealed: bytes(`secret ${mark}`) }
    await bound.clients.insertSecret(pool, sealed, { max: 2 })
  })
  await r.replicas.setPhase(pool, 'us-east-1', 'READY')
  await r.resourceServers.insert(pool, { identifier: 'server', name: mark, scopes: [] })
  await r.groups.insert(pool, {
    name: 'group',
    description: mark,
    roleArn: undefined,
    precedence: 1,
    createdAtMs: NOW,
    modifiedAtMs: NOW,
  })
  await r.users.insert(pool, newUser({ profileSealed: bytes(`profile ${mark}`) }))
  await r.groups.addMember(pool, 'group', SUB, NOW)
  for (let n = 1; n < usersCount; n += 1) {
    await r.users.insert(
      pool,
      newUser({
        sub: OTHER_SUB,
        usernameHash: bytes(`other ${n}`),
        emailHash: undefined,
        profileSealed: bytes(`profile ${mark}`),
      }),
    )
  }
}

/** A use of a rotating refresh token of a session of its own. */
export function rotated(refreshJti: string, atMs: number, expiresAtMs: number): RotatedToken {
  return {
    refreshJti,
    originJti: refreshJti,
    atMs,
    expiresAtMs,
    graceSeconds: 0,
    sessionExpiresAtMs: expiresAtMs,
  }
}
