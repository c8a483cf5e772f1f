// Multi-Region keys across their Regions. The primary's Region keeps the list of replicas and is
// right about it. A reconciler asks each replica's Region how its key is and tells it the list:
// a replica that was deleted leaves the list, one that was lost with its database is sent again
// from what the primary remembers, and one that was noted but never arrived is forgotten. What must
// stay true: a replica that its owner disabled or deleted never comes back usable.

import { required } from '#base/assert.js'
import { isMultiRegionKeyId } from '#domain/arn.js'
import type {
  KeyReceiver,
  KmsKey,
  MultiRegion,
  RelationResponse,
  ReplicaRegion,
  ReplicaSnapshot,
} from '#ports/kms.js'
import { deletionAt } from './key-state.js'
import type { KmsServices } from './services.js'

const BATCH = 100
/** A replica that was noted and is not there after this time did not arrive. */
const ARRIVAL_MS = 60_000

/** The key with `region` noted as one that is about to have a replica. */
export function addReplica(key: KmsKey, region: string, nowMs: number): KmsKey {
  const noted: ReplicaRegion = { region, isConfirmed: false, addedAtMs: nowMs, snapshot: undefined }
  return withReplicas(key, [...replicasOf(key).filter((each) => each.region !== region), noted])
}

/** Sends the key and confirms the note, or takes it back when the Region refuses. */
export async function sendReplica(
  services: KmsServices,
  key: KmsKey,
  region: string,
  replica: ReplicaSnapshot,
): Promise<{ readonly kind: 'imported'; readonly key: KmsKey } | { readonly kind: 'exists' }> {
  const { keys, material, replicator } = services
  const outcome = await replicator.importReplica(region, {
    keyId: key.id,
    primaryRegion: services.region,
    replicaRegions: replicasOf(key).map((each) => each.region),
    backingKeys: material.open(key.id, key.materialSealed),
    replica,
  })
  if (outcome === 'exists') {
    await keys.change(key.id, (now) => withoutUnconfirmed(now, region))
    return { kind: 'exists' }
  }
  const confirmed = await keys.change(key.id, (now) => confirm(now, region, replica))
  return { kind: 'imported', key: required(confirmed, 'replicated key') }
}

/** Settles with every other Region how the replicas of this Region's primaries are. */
export async function reconcileReplicas(services: KmsServices): Promise<void> {
  let afterId = ''
  for (;;) {
    const page = { afterId, limit: BATCH }
    const primaries = await services.keys.listOfPrimary(services.region, page)
    for (const region of services.regions) {
      const concerned = primaries.filter((key) => isReplicatedTo(key, region))
      if (region === services.region || concerned.length === 0) continue
      try {
        await reconcileWith(services, region, concerned)
      } catch (error) {
        // The other Region may be down for long; its turn comes again.
        services.log.warn('replica keys were not reconciled', { peer: region, error })
      }
    }
    const last = primaries.at(-1)
    if (last === undefined || primaries.length < BATCH) return
    afterId = last.id
  }
}

async function reconcileWith(
  services: KmsServices,
  region: string,
  primaries: readonly KmsKey[],
): Promise<void> {
  const { replicator, keys, clock } = services
  const relations = primaries.map((key) => ({
    keyId: key.id,
    replicaRegions: replicasOf(key).map((each) => each.region),
  }))
  for (const response of await replicator.synchronise(region, relations)) {
    const key = primaries.find((each) => each.id === response.keyId)
    const noted = key && replicasOf(key).find((each) => each.region === region)
    if (key === undefined || noted === undefined) continue
    if (response.kind === 'present') await remember(services, key, noted, response.snapshot)
    else if (response.kind === 'deleted') {
      await keys.change(key.id, (now) => withoutReplica(now, region, clock.nowMs()))
    } else await recover(services, key, noted)
  }
}

async function remember(
  { keys }: KmsServices,
  key: KmsKey,
  noted: ReplicaRegion,
  snapshot: ReplicaSnapshot,
): Promise<void> {
  if (noted.isConfirmed && isSame(noted.snapshot, snapshot)) return
  await keys.change(key.id, (now) => confirm(now, noted.region, snapshot))
}

/** The replica is not there, and was not deleted. */
async function recover(services: KmsServices, key: KmsKey, noted: ReplicaRegion): Promise<void> {
  if (noted.snapshot !== undefined) {
    services.log.warn('a replica key was lost and is sent again', {
      keyId: key.id,
      region: noted.region,
    })
    await sendReplica(services, key, noted.region, noted.snapshot)
  } else if (services.clock.nowMs() - noted.addedAtMs > ARRIVAL_MS) {
    await services.keys.change(key.id, (now) => withoutUnconfirmed(now, noted.region))
  }
}

/** What this Region's KMS does when another Region asks. */
export function createKeyReceiver(services: KmsServices): KeyReceiver {
  const { keys, aliases, region, material } = services
  return {
    async importReplica(fromRegion, { keyId, primaryRegion, replicaRegions, ...sent }) {
      const isWelcome = isMultiRegionKeyId(keyId) && fromRegion === primaryRegion
      if (!isWelcome || primaryRegion === region) return 'exists'
      const { aliases: names, ...own } = sent.replica
      const replica: KmsKey = {
        ...own,
        id: keyId,
        materialSealed: material.seal(keyId, sent.backingKeys),
        multiRegion: relatedTo(primaryRegion, replicaRegions, own.createdAtMs),
      }
      if ((await keys.insert(replica, names)) === 'inserted') return 'imported'
      // Sent twice, as after a response that was lost.
      const existing = await keys.find(keyId)
      const isSameKey =
        existing !== undefined &&
        existing.multiRegion?.primaryRegion === primaryRegion &&
        material.open(keyId, existing.materialSealed)[0].id === sent.backingKeys[0]?.id
      return isSameKey && existing.state !== 'PendingDeletion' ? 'imported' : 'exists'
    },

    async synchronise(fromRegion, relations) {
      const ids = relations.map((relation) => relation.keyId)
      const deleted = new Set(await keys.listDeletedHere(ids))
      const named = await aliases.listOfKeys(ids)
      const responses: RelationResponse[] = []
      for (const { keyId, replicaRegions } of relations) {
        const key = await keys.find(keyId)
        if (key?.multiRegion?.primaryRegion !== fromRegion) {
          responses.push({ keyId, kind: deleted.has(keyId) ? 'deleted' : 'lost' })
          continue
        }
        const known = replicasOf(key).map((each) => each.region)
        if (!isSame(known, replicaRegions)) {
          const multiRegion = relatedTo(fromRegion, replicaRegions, key.createdAtMs)
          await keys.change(keyId, (now) => ({ ...now, multiRegion }))
        }
        const names = named.filter((alias) => alias.keyId === keyId).map((alias) => alias.name)
        responses.push({ keyId, kind: 'present', snapshot: snapshotOf(key, names) })
      }
      return responses
    },
  }
}

function snapshotOf(key: KmsKey, aliases: readonly string[]): ReplicaSnapshot {
  const { description, state, policy, tags, createdAtMs, deletionWindowDays, deletionAtMs } = key
  return {
    description,
    state,
    policy,
    tags,
    aliases,
    createdAtMs,
    deletionWindowDays,
    deletionAtMs,
  }
}

function relatedTo(primaryRegion: string, regions: readonly string[], nowMs: number): MultiRegion {
  const member = { isConfirmed: true, addedAtMs: nowMs, snapshot: undefined }
  return { primaryRegion, replicas: regions.map((region) => ({ region, ...member })) }
}

function replicasOf(key: KmsKey): readonly ReplicaRegion[] {
  return key.multiRegion?.replicas ?? []
}

function isReplicatedTo(key: KmsKey, region: string): boolean {
  return replicasOf(key).some((each) => each.region === region)
}

function withReplicas(key: KmsKey, replicas: readonly ReplicaRegion[]): KmsKey {
  const multiRegion = required(key.multiRegion, 'multi-Region key')
  return { ...key, multiRegion: { ...multiRegion, replicas } }
}

function confirm(key: KmsKey, region: string, snapshot: ReplicaSnapshot): KmsKey {
  const confirmed = (each: ReplicaRegion) => ({ ...each, isConfirmed: true, snapshot })
  return withReplicas(
    key,
    replicasOf(key).map((each) => (each.region === region ? confirmed(each) : each)),
  )
}

function withoutUnconfirmed(key: KmsKey, region: string): KmsKey {
  const isKept = (each: ReplicaRegion) => each.region !== region || each.isConfirmed
  return withReplicas(key, replicasOf(key).filter(isKept))
}

/** A primary that waits for its replicas begins its own waiting time when the last has gone. */
function withoutReplica(key: KmsKey, region: string, nowMs: number): KmsKey {
  const left = withReplicas(
    key,
    replicasOf(key).filter((each) => each.region !== region),
  )
  if (replicasOf(left).length > 0 || left.state !== 'PendingReplicaDeletion') return left
  const days = required(left.deletionWindowDays, 'waiting time of a deletion')
  return { ...left, state: 'PendingDeletion', deletionAtMs: deletionAt(nowMs, days) }
}

/** Whether two plain values are the same. Members may be in another order, lists may not. */
function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
