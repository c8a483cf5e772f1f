// Keys on the region link: how they are written, and that calls with key material are sealed. A
// body that does not read is refused and never half taken.
import { fromBase64Url, toBase64Url } from '#base/bytes.js'
import { JsonReader } from '#base/json.js'
import type {
  BackingKey,
  KeyReceiver,
  KeyRelation,
  KeyReplicator,
  KeyState,
  RelationResponse,
  ReplicaImport,
  ReplicaSnapshot,
} from '#ports/kms.js'
import {
  type LinkReceivers,
  LinkRefusedError,
  type LinkValue,
  type RegionLink,
} from '#ports/region-link.js'

const IMPORT = 'kms-import-replica'
const SYNCHRONISE = 'kms-synchronise'
const STATES = ['Enabled', 'Disabled', 'PendingDeletion', 'PendingReplicaDeletion'] as const

const read = new JsonReader(unreadable)

/** The KMS of the other Regions, over the link. */
export function createKeyReplicator(link: RegionLink): KeyReplicator {
  return {
    async importReplica(region, replica) {
      const response = await link.call(region, IMPORT, writeImport(replica), { sealed: true })
      return response === 'imported' ? 'imported' : 'exists'
    },
    async synchronise(region, relations) {
      const body = relations.map(({ keyId, replicaRegions }) => ({ keyId, replicaRegions }))
      // Sealed as well: policies and tags are the customer's own.
      const response = await link.call(region, SYNCHRONISE, body, { sealed: true })
      return read.list(response, 'a list').map(readResponse)
    },
  }
}

/** Lets the other Regions call this Region's KMS. */
export function registerKeyReceiver(receivers: LinkReceivers, receiver: KeyReceiver): void {
  receivers.register(IMPORT, ({ fromRegion, body, isSealed }) => {
    if (!isSealed) throw new LinkRefusedError('not-sealed', 'key material must come sealed')
    return receiver.importReplica(fromRegion, readImport(body))
  })
  receivers.register(SYNCHRONISE, async ({ fromRegion, body }) => {
    const relations = read.list(body, 'a list').map(readRelation)
    return (await receiver.synchronise(fromRegion, relations)).map(writeResponse)
  })
}

function writeImport(replica: ReplicaImport): LinkValue {
  const { keyId, primaryRegion, replicaRegions } = replica
  return {
    keyId,
    primaryRegion,
    replicaRegions,
    backingKeys: replica.backingKeys.map(({ id, bytes }) => ({ id, bytes: toBase64Url(bytes) })),
    replica: writeSnapshot(replica.replica),
  }
}

function readImport(value: unknown): ReplicaImport {
  const body = read.object(value)
  return {
    keyId: read.text(body, 'keyId'),
    primaryRegion: read.text(body, 'primaryRegion'),
    replicaRegions: read.texts(body, 'replicaRegions'),
    backingKeys: read.list(body['backingKeys'], 'backingKeys').map(readBackingKey),
    replica: readSnapshot(body['replica']),
  }
}

function readBackingKey(value: unknown): BackingKey {
  const body = read.object(value)
  const bytes = fromBase64Url(read.text(body, 'bytes'))
  const id = read.text(body, 'id')
  if (bytes.length !== 32 || !/^[0-9a-f]{16}$/.test(id)) throw unreadable()
  return { id, bytes }
}

function readRelation(value: unknown): KeyRelation {
  const body = read.object(value)
  return {
    keyId: read.text(body, 'keyId'),
    replicaRegions: read.texts(body, 'replicaRegions'),
  }
}

function writeResponse(response: RelationResponse): LinkValue {
  if (response.kind !== 'present') return { keyId: response.keyId, kind: response.kind }
  return { keyId: response.keyId, kind: 'present', snapshot: writeSnapshot(response.snapshot) }
}

function readResponse(value: unknown): RelationResponse {
  const body = read.object(value)
  const keyId = read.text(body, 'keyId')
  switch (body['kind']) {
    case 'present':
      return { keyId, kind: 'present', snapshot: readSnapshot(body['snapshot']) }
    case 'deleted':
    case 'lost':
      return { keyId, kind: body['kind'] }
    default:
      throw unreadable()
  }
}

function writeSnapshot(snapshot: ReplicaSnapshot): LinkValue {
  return { ...snapshot }
}

function readSnapshot(value: unknown): ReplicaSnapshot {
  const body = read.object(value)
  const tags = read.object(body['tags'])
  return {
    description: read.text(body, 'description'),
    state: stateOf(body['state']),
    policy: read.text(body, 'policy'),
    tags: Object.fromEntries(Object.keys(tags).map((name) => [name, read.text(tags, name)])),
    aliases: read.texts(body, 'aliases'),
    createdAtMs: read.number(body, 'createdAtMs'),
    deletionWindowDays: read.optionalNumber(body, 'deletionWindowDays'),
    deletionAtMs: read.optionalNumber(body, 'deletionAtMs'),
  }
}

function stateOf(value: unknown): KeyState {
  const state = STATES.find((each) => each === value)
  if (state === undefined) throw unreadable()
  return state
}

function unreadable(): LinkRefusedError {
  return new LinkRefusedError('unreadable', 'the body is not what the call needs')
}
