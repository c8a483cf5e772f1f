// What this Region does when another asks: says who it is, proves that it can use a pool's key,
// takes note of a replica to come or to go, and reports digests. Never rows. Each receiver may be
// called twice. A Region may only ask about what is its own: the digests it gets are of rows that
// it owns, and a replica is taken or given up on the word of the pool's owner only.

import { wrappingKey } from '#app/crypto/pool-keys.js'
import { assert } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import type { Logger } from '#base/log.js'
import type { Pools } from '#ports/directory.js'
import { KeyRefusedError, type KeyService } from '#ports/keys.js'
import { type LinkCall, type LinkReceivers, LinkRefusedError } from '#ports/region-link.js'
import type { RegionalSettingsStore } from '#ports/regional.js'
import type { Digests, Replication } from '#ports/replication.js'
import { copiesOf, copiesToldTo, LINK_CALLS, linkReader, uuidOf } from './link-calls.js'

export interface LinkServices {
  readonly region: string
  readonly clock: Clock
  readonly log: Logger
  readonly replication: Replication
  readonly digests: Digests
  readonly keyService: KeyService
  readonly pools: Pools
  readonly regionalSettings: RegionalSettingsStore
}

const FINISH_TIMEOUT_MS = 300_000

/** Registers everything that other Regions may ask about replication. */
export function registerLinkHandlers(receivers: LinkReceivers, services: LinkServices): void {
  const { replication, digests, clock } = services
  receivers.register(LINK_CALLS.hello, async ({ fromRegion, body }) => {
    const { region, databaseId, migrations } = await replication.identity()
    const peer = await replication.recordHello(fromRegion, copiesOf(linkReader.object(body)))
    return { region, databaseId, migrations, nowMs: clock.nowMs(), ...copiesToldTo(peer) }
  })
  receivers.register(LINK_CALLS.finishCopy, (call) => finish(services, call))
  receivers.register(LINK_CALLS.canUnwrap, (call) => canUnwrap(services, call))
  receivers.register(LINK_CALLS.prepareReplica, (call) => prepare(services, call))
  receivers.register(LINK_CALLS.takenNames, (call) => takenNames(services, call))
  receivers.register(LINK_CALLS.acceptReplica, (call) => accept(services, call))
  receivers.register(LINK_CALLS.removeReplica, async ({ body }) => {
    const poolId = linkReader.text(linkReader.object(body), 'poolId')
    if ((await replication.deleteLocalRows(poolId)) === 'here') {
      throw new LinkRefusedError('pool-is-here', `the rows of ${poolId} are still here`)
    }
    return {}
  })
  receivers.register(LINK_CALLS.digest, async ({ fromRegion, body }) => {
    const query = linkReader.object(body)
    const table = linkReader.text(query, 'table')
    if (!digests.tables.includes(table)) throw new LinkRefusedError('unknown-table', table)
    const buckets =
      query['buckets'] === undefined ? undefined : linkReader.numbers(query, 'buckets')
    return digests.digest({
      poolId: linkReader.text(query, 'poolId'),
      table,
      owner: fromRegion,
      targetRegion: services.region,
      buckets,
    })
  })
  receivers.register(LINK_CALLS.position, async () => ({ position: await replication.position() }))
  receivers.register(LINK_CALLS.hasConfirmed, async ({ fromRegion, body }) => {
    const position = linkReader.text(linkReader.object(body), 'position')
    assert(/^[0-9A-F]+\/[0-9A-F]+$/i.test(position), 'a log position was expected')
    return { confirmed: await replication.hasConfirmed(fromRegion, position) }
  })
}

/** The caller has sent all of its rows: what it did not send, it does not have. */
async function finish({ replication, log }: LinkServices, { fromRegion, body }: LinkCall) {
  const copyId = uuidOf(linkReader.object(body), 'copyId')
  const signal = AbortSignal.timeout(FINISH_TIMEOUT_MS)
  const { rows, keptPools } = await replication.finishCopy(fromRegion, copyId, signal)
  if (rows > 0) log.info('rows that a Region does not have any more removed', { fromRegion, rows })
  if (keptPools.length > 0) {
    // The peer lost what only it may write. A person has to decide how it comes back.
    log.error('pools whose primary Region lost its database are kept here', {
      peer: fromRegion,
      pools: keptPools,
    })
  }
  return { rows }
}

/** Opens the canary and throws it away; that it opened is the result. */
async function canUnwrap({ keyService }: LinkServices, call: LinkCall) {
  const canary = linkReader.object(call.body)
  const wrapped = Buffer.from(linkReader.text(canary, 'wrapped'), 'base64')
  try {
    const key = wrappingKey(linkReader.text(canary, 'kmsKeyArn'))
    await keyService.unwrap(key, wrapped, linkReader.text(canary, 'poolArn'))
  } catch (error) {
    if (!(error instanceof KeyRefusedError) || error.refusal === 'unavailable') throw error
    const code = error.refusal === 'not-found' ? 'key-not-found' : 'key-refused'
    throw new LinkRefusedError(code, error.message)
  }
  return {}
}

/** What of a pool that the caller owns is taken here, by the pool's own ID or by others. */
async function conflictsWith({ replication }: LinkServices, { fromRegion, body }: LinkCall) {
  const claim = linkReader.object(body)
  const poolId = linkReader.text(claim, 'poolId')
  const conflicts = await replication.conflicts({
    poolId,
    owner: fromRegion,
    clientIds: linkReader.texts(claim, 'clientIds'),
    domains: linkReader.texts(claim, 'domains'),
  })
  return { poolId, conflicts }
}

async function takenNames(services: LinkServices, call: LinkCall) {
  const { poolId, conflicts } = await conflictsWith(services, call)
  // A pool that lives here already is no rival of itself.
  return { names: conflicts.filter((name) => name !== poolId) }
}

async function prepare(services: LinkServices, call: LinkCall) {
  // Until it is complete, a copy may hold rows that its owner has taken away meanwhile. They are
  // removed at its end, so they are no reason to refuse a replica for good.
  const peers = await services.replication.peers()
  if (!peers.some(({ region, isFinished }) => region === call.fromRegion && isFinished)) {
    const why = `the copy of ${call.fromRegion} is not complete in ${services.region}`
    throw new LinkRefusedError('copy-unfinished', why)
  }
  const { poolId, conflicts } = await conflictsWith(services, call)
  if (conflicts.includes(poolId)) {
    const why = `rows of ${poolId} are here already: see the runbook region-loss, kept pools`
    throw new LinkRefusedError('conflict', why)
  }
  if (conflicts.length > 0) {
    throw new LinkRefusedError('conflict', `taken already: ${conflicts.join(', ')}`)
  }
  // What an earlier replica left of this Region's own, such as that it was ACTIVE.
  await services.replication.deleteLocalRows(poolId)
  return {}
}

async function accept(services: LinkServices, { fromRegion, body }: LinkCall) {
  const members = linkReader.object(body)
  const poolId = linkReader.text(members, 'poolId')
  const pool = await services.pools.find(poolId)
  if (pool !== undefined && pool.primaryRegion !== fromRegion) {
    throw new LinkRefusedError('conflict', `${poolId} belongs to ${pool.primaryRegion}`)
  }
  // The replica may have been set up by now; only a replica that is being made starts empty.
  if (pool !== undefined && pool.status !== 'CREATING') return {}
  const tags = linkReader.object(members['tags'] ?? {})
  await services.regionalSettings.insert(poolId, {
    settings: {},
    tags: Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)])),
  })
  return {}
}
