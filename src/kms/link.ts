// Keys on the region link: how they are written, and that calls with key material are sealed. A
// body that does not read is refused and never half taken.
import { fromBase64Url, toBase64Url } from '#base/bytes.js'
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

type Members = Readonly<Record<string, LinkValue | undefined>>

/** The KMS of the other Regions, over the link. */
export function createKeyReplicator(link: RegionLink): KeyReplicator {
  return {
    async importReplica(region, replica) {
      const response = await link.call(region, IMPORT, writeImport(replica), { sealed: true })
      return response === 'imported' ? 'imported' : 'exists'
    },
    async synchronise(region, relations) {
      const body = relations.map(({ keyId, replicaRegions }) => ({ keyId, replicaRegions }))
      // Sealed as well: policies and tags are nobody else's business.
      const response = await link.call(region, SYNCHRONISE, body, { sealed: true })
      return listOf(response).map(readResponse)
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
    const relations = listOf(body).map(readRelation)
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

function readImport(value: LinkValue): ReplicaImport {
  const body = membersOf(value)
  return {
    keyId: textOf(body['keyId']),
    primaryRegion: textOf(body['primaryRegion']),
    replicaRegions: listOf(body['replicaRegions']).map(textOf),
    backingKeys: listOf(body['backingKeys']).map(readBackingKey),
    replica: readSnapshot(body['replica']),
  }
}

function readBackingKey(value: LinkValue): BackingKey {
  const body = membersOf(value)
  const bytes = fromBase64Url(textOf(body['bytes']))
  const id = textOf(body['id'])
  if (bytes.length !== 32 || !/^[0-9a-f]{16}$/.test(id)) throw unreadable()
  return { id, bytes }
}

function readRelation(value: LinkValue): KeyRelation {
  const body = membersOf(value)
  return {
    keyId: textOf(body['keyId']),
    replicaRegions: listOf(body['replicaRegions']).map(textOf),
  }
}

function writeResponse(response: RelationResponse): LinkValue {
  if (response.kind !== 'present') return { keyId: response.keyId, kind: response.kind }
  return { keyId: response.keyId, kind: 'present', snapshot: writeSnapshot(response.snapshot) }
}

function readResponse(value: LinkValue): RelationResponse {
  const body = membersOf(value)
  const keyId = textOf(body['keyId'])
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

function readSnapshot(value: LinkValue | undefined): ReplicaSnapshot {
  const body = membersOf(value)
  const tags = Object.entries(membersOf(body['tags']))
  return {
    description: textOf(body['description']),
    state: stateOf(body['state']),
    policy: textOf(body['policy']),
    tags: Object.fromEntries(tags.map(([name, tag]) => [name, textOf(tag)])),
    aliases: listOf(body['aliases']).map(textOf),
    createdAtMs: numberOf(body['createdAtMs']),
    deletionWindowDays: optionalNumberOf(body['deletionWindowDays']),
    deletionAtMs: optionalNumberOf(body['deletionAtMs']),
  }
}

function stateOf(value: LinkValue | undefined): KeyState {
  const state = STATES.find((each) => each === value)
  if (state === undefined) throw unreadable()
  return state
}

function membersOf(value: LinkValue | undefined): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable()
  return value as Members
}

function listOf(value: LinkValue | undefined): readonly LinkValue[] {
  if (!Array.isArray(value)) throw unreadable()
  return value
}

function textOf(value: LinkValue | undefined): string {
  if (typeof value !== 'string') throw unreadable()
  return value
}

function numberOf(value: LinkValue | undefined): number {
  if (typeof value !== 'number') throw unreadable()
  return value
}

function optionalNumberOf(value: LinkValue | undefined): number | undefined {
  return value === undefined || value === null ? undefined : numberOf(value)
}

function unreadable(): LinkRefusedError {
  return new LinkRefusedError('unreadable', 'the body is not what the call needs')
}
