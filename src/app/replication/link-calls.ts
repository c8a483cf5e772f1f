// The control calls that Regions make to each other about replication, from the caller's side: the
// bodies' shapes in one place, beside `link.ts`, which handles them. What a peer returns is checked
// here, because a peer may run another version.
import { assert, InvariantError } from '#base/assert.js'
import { type JsonObject, JsonReader } from '#base/json.js'
import { isUuid } from '#base/uuid.js'
import {
  type Hello,
  LinkRefusedError,
  type LinkValue,
  type RegionLink,
} from '#ports/region-link.js'
import type { GreetedPeer, PeerCopies, PeerState, Replication } from '#ports/replication.js'
import type { TableDigest } from '#ports/row-comparison.js'

export const LINK_CALLS = {
  hello: 'hello',
  finishCopy: 'finish-copy',
  canUnwrap: 'can-unwrap',
  prepareReplica: 'prepare-replica',
  takenNames: 'taken-names',
  acceptReplica: 'accept-replica',
  removeReplica: 'remove-replica',
  digest: 'digest',
  position: 'position',
  hasConfirmed: 'has-confirmed',
} as const

/** Names of a pool that must be free in a Region that gets it. */
export interface PoolClaims {
  readonly clientIds: readonly string[]
  readonly domains: readonly string[]
}

/** Reports what we know of the copies between us and the Region, and asks for the same. */
export async function sayHello(link: RegionLink, region: string, peer: PeerState): Promise<Hello> {
  const response = linkReader.object(
    await link.call(region, LINK_CALLS.hello, { ...copiesToldTo(peer) }),
  )
  return {
    region: linkReader.text(response, 'region'),
    databaseId: linkReader.text(response, 'databaseId'),
    migrations: linkReader.texts(response, 'migrations'),
    nowMs: Number(response['nowMs']),
    ...copiesOf(response),
  }
}

/** What a hello and its response say about the copies. */
export function copiesToldTo(peer: PeerState): PeerCopies {
  const { copyId, databaseId: copyOf, seededCopyId } = peer
  return { copyId, copyOf, seededCopyId }
}

/**
 * Greets the Region and writes down what it says. While its database is another one than our copy
 * of it came from, its copy of ours waits: what it said about sessions is first taken over.
 */
export async function greet(
  { link, replication }: { link: RegionLink; replication: Replication },
  region: string,
): Promise<GreetedPeer | undefined> {
  const peer = (await replication.peers()).find((each) => each.region === region)
  if (peer === undefined) return undefined
  const hello = await sayHello(link, region, peer)
  const greeted = await replication.recordHello(region, hello)
  return hello.databaseId === greeted.databaseId ? greeted : { ...greeted, copyIdThere: undefined }
}

/** The copies that the other side of a hello reported. Versions before this one report less. */
export function copiesOf(members: JsonObject): PeerCopies {
  const idOf = (name: string) => (members[name] === undefined ? undefined : uuidOf(members, name))
  return {
    copyId: idOf('copyId'),
    copyOf: idOf('copyOf'),
    seededCopyId: idOf('seededCopyId'),
  }
}

/** Asks the Region to remove from its copy what we, having sent all rows, do not have. */
export async function askToFinish(link: RegionLink, region: string, copyId: string): Promise<void> {
  try {
    await link.call(region, LINK_CALLS.finishCopy, { copyId }, { timeoutMs: 300_000 })
  } catch (error) {
    // A version that cleared its copy before it asked for the rows.
    if (!(error instanceof LinkRefusedError) || error.code !== 'unknown-call') throw error
  }
}

/** Throws LinkRefusedError when the Region cannot unwrap what the pool's key wrapped. */
export async function askToUnwrap(
  link: RegionLink,
  region: string,
  canary: { poolArn: string; kmsKeyArn: string; wrapped: Uint8Array },
): Promise<void> {
  const body = { ...canary, wrapped: Buffer.from(canary.wrapped).toString('base64') }
  await link.call(region, LINK_CALLS.canUnwrap, body, { sealed: true })
}

/** Throws LinkRefusedError when rows of the pool could not be applied in the Region. */
export async function prepareReplica(
  link: RegionLink,
  region: string,
  { poolId, claims }: { poolId: string; claims: PoolClaims },
): Promise<void> {
  await link.call(region, LINK_CALLS.prepareReplica, { poolId, ...claims })
}

/** Which names of the claims a pool of another ID has in the Region. */
export async function askTakenNames(
  link: RegionLink,
  region: string,
  { poolId, claims }: { poolId: string; claims: PoolClaims },
): Promise<readonly string[]> {
  const body = { poolId, ...claims }
  const response = await link.call(region, LINK_CALLS.takenNames, body, { timeoutMs: 2000 })
  return linkReader.texts(linkReader.object(response), 'names')
}

export async function acceptReplica(
  link: RegionLink,
  region: string,
  replica: { poolId: string; tags: Readonly<Record<string, string>> },
): Promise<void> {
  await link.call(region, LINK_CALLS.acceptReplica, { poolId: replica.poolId, tags: replica.tags })
}

export async function removeReplica(
  link: RegionLink,
  region: string,
  poolId: string,
): Promise<void> {
  await link.call(region, LINK_CALLS.removeReplica, { poolId })
}

/** The peer's digest of rows that this Region owns. */
export async function askDigest(
  link: RegionLink,
  region: string,
  query: { poolId: string; table: string; buckets: readonly number[] | undefined },
): Promise<TableDigest> {
  return toDigest(await link.call(region, LINK_CALLS.digest, { ...query }, { timeoutMs: 60_000 }))
}

/** Reads a digest that crossed the link. */
export function toDigest(value: LinkValue): TableDigest {
  return linkReader.list(value, 'a digest').map((entry) => {
    assert(Array.isArray(entry) && entry.length === 3, 'a digest was expected over the link')
    return [Number(entry[0]), Number(entry[1]), String(entry[2])] as const
  })
}

export async function askPosition(link: RegionLink, region: string): Promise<string> {
  return linkReader.text(
    linkReader.object(await link.call(region, LINK_CALLS.position, {})),
    'position',
  )
}

/** Whether we have confirmed what the peer sent us up to the position, as the peer knows it. */
export async function askConfirmed(
  link: RegionLink,
  region: string,
  position: string,
): Promise<boolean> {
  const response = await link.call(region, LINK_CALLS.hasConfirmed, { position })
  return linkReader.object(response)['confirmed'] === true
}

/** Reads what crossed the link. */
export const linkReader = new JsonReader(
  (what) => new InvariantError(`${what} was expected over the link`),
)

export function uuidOf(members: JsonObject, name: string): string {
  const value = linkReader.text(members, name)
  assert(isUuid(value), `${name} was expected over the link`)
  return value
}
