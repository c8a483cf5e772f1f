// Creates a replica of a pool in another Region, from CREATING to INACTIVE. The row CREATING and
// the job were stored by one transaction of CreateUserPoolReplica.
//
//   row -> key -> certificate -> schema -> link -> mark -> settle -> verify -> status
//
// `key`: the target opens one of the pool's wrapped data keys with its own replica of the key.
// `certificate`: the pool has its certificate for SAML, which a secondary cannot make. `schema`:
// the target has every migration that we have. `link`: the target, once its copy of us is complete,
// takes note of the tags, and refuses when names of the pool are taken there. `mark`: rows are
// sent. `settle`: they have arrived. `verify`: they are equal by digest. `status`: READY, which
// reads as INACTIVE.
//
// A target that is down is waited for, and for a while one that does not find the key: its
// database may have been restored, and the key of before is sent again. What cannot become right
// (the key is refused, a name is taken) undoes everything: rows are unmarked and thereby vanish
// there, and the replica's row goes. The API has no state for a failed replica, so the reason is
// in the job and in the log.

import { contextOf } from '#app/crypto/pool-keys.js'
import { required } from '#base/assert.js'
import { DependencyError } from '#base/dependency-error.js'
import { LinkRefusedError, LinkUnreachableError } from '#ports/region-link.js'
import {
  acceptReplica,
  askToUnwrap,
  prepareReplica,
  removeReplica,
  sayHello,
} from '../link-calls.js'
import { compareUntilEqual, RowsDifferError } from '../verification.js'
import { markingOf, poolOf, type ReplicaServices, settle } from './replica-services.js'
import { PermanentFailure, type Step, type StepRun, type Workflow } from './workflow.js'

export const REPLICA_CREATE = 'replica-create'
/** So often everything is sent again because rows stay different. */
const DIFFERENCES_MAX = 8
/** A key that was there when the replica was asked for may be absent for so long. */
const KEY_ABSENCE_MS = 60_000

export function replicaCreate(services: ReplicaServices): Workflow {
  return { kind: REPLICA_CREATE, steps: stepsOf(services) }
}

function stepsOf(services: ReplicaServices): readonly Step[] {
  const { link, replication, marking } = services
  return [
    {
      name: 'row',
      run: async (run) => void (await poolOf(services, run)),
      undo: async (run) => {
        const pool = await services.pools.find(run.job.poolId)
        if (pool === undefined) return
        await services.replicas.remove(await poolOf(services, run), run.job.targetRegion)
      },
    },
    { name: 'key', run: (run) => proveKey(services, run) },
    {
      name: 'certificate',
      async run(run) {
        await services.signingCertificates.current(await poolOf(services, run))
      },
    },
    {
      name: 'schema',
      async run(run) {
        const ours = await replication.identity()
        const peers = await replication.peers()
        const peer = required(
          peers.find((each) => each.region === run.job.targetRegion),
          run.job.targetRegion,
        )
        const theirs = new Set((await sayHello(link, peer.region, peer)).migrations)
        const missing = ours.migrations.filter((name) => !theirs.has(name))
        if (missing.length === 0) return
        // The Region will have them when its nodes are updated.
        throw new DependencyError(`${run.job.targetRegion} lacks ${missing.join(', ')}`, {
          isRetryable: true,
        })
      },
    },
    {
      name: 'link',
      async run(run) {
        const { poolId, targetRegion } = run.job
        // Rows of an earlier replica, or of an attempt that was undone, have left by then.
        await settle(services, run)
        const claims = await replication.claims(poolId)
        await permanently('conflict', () => prepareReplica(link, targetRegion, { poolId, claims }))
        await accept(services, run)
      },
      undo: (run) => forget(services, run),
    },
    {
      name: 'mark',
      run: (run) => marking.mark(markingOf(run)),
      async undo(run) {
        const { poolId, targetRegion } = run.job
        await marking.unmark({ poolId, targetRegion, signal: run.signal })
      },
    },
    { name: 'settle', run: (run) => settle(services, run) },
    { name: 'verify', run: (run) => verify(services, run) },
    { name: 'status', run: (run) => makeReady(services, run) },
  ]
}

async function proveKey(services: ReplicaServices, run: StepRun): Promise<void> {
  const pool = await poolOf(services, run)
  if (pool.kmsKeyArn === undefined) {
    throw new PermanentFailure('the pool has no customer managed key')
  }
  const dataKey = required((await services.dataKeys.list(pool))[0], `data key of ${pool.id}`)
  const canary = {
    poolArn: contextOf(services.accountId, pool, dataKey),
    kmsKeyArn: pool.kmsKeyArn,
    wrapped: dataKey.wrapped,
  }
  const ask = () => askToUnwrap(services.link, run.job.targetRegion, canary)
  try {
    await permanently('key-refused', ask)
  } catch (error) {
    const isAbsent = error instanceof LinkRefusedError && error.code === 'key-not-found'
    const nowMs = services.clock.nowMs()
    const saved = run.job.progress.cursor?.['keyAbsentSinceMs']
    const sinceMs = Number(saved ?? nowMs)
    if (isAbsent && nowMs - sinceMs >= KEY_ABSENCE_MS) throw new PermanentFailure(error.message)
    // A target that is down meanwhile has the time anew: attempts count both.
    await run.save({ cursor: isAbsent ? { keyAbsentSinceMs: sinceMs } : undefined })
    throw error
  }
}

async function verify(services: ReplicaServices, run: StepRun): Promise<void> {
  const { poolId, targetRegion, progress } = run.job
  try {
    await compareUntilEqual(services, { poolId, targetRegion, signal: run.signal })
  } catch (error) {
    // A Region or a database that is away says nothing about the rows.
    if (!(error instanceof RowsDifferError)) throw error
    const differences = Number(progress.cursor?.['differences'] ?? 0)
    if (differences >= DIFFERENCES_MAX) throw new PermanentFailure(error.message)
    await run.save({ cursor: { differences: differences + 1 } })
    // The target may have made its copy anew in the meantime, or holds rows without an explanation:
    // sending everything again repairs both.
    await services.replication.requestReseed(targetRegion)
    throw error
  }
}

async function makeReady(services: ReplicaServices, run: StepRun): Promise<void> {
  const pool = await poolOf(services, run)
  const replicas = await services.replicas.list(pool)
  const replica = replicas.find((each) => each.region === run.job.targetRegion)
  if (replica === undefined) throw new PermanentFailure('the row of the replica is gone')
  if (replica.phase !== 'CREATING') return
  // Once more: an orphan's clearing may have come between when the target was away for long.
  await accept(services, run)
  await services.replicas.setPhase(pool, run.job.targetRegion, 'READY')
}

async function accept({ link }: ReplicaServices, run: StepRun): Promise<void> {
  const { poolId, targetRegion, progress } = run.job
  const tags = (progress.input['tags'] ?? {}) as Readonly<Record<string, string>>
  await permanently('conflict', () => acceptReplica(link, targetRegion, { poolId, tags }))
}

/** The target forgets what it noted. If it cannot be asked, it clears orphans by itself. */
async function forget({ link, log }: ReplicaServices, run: StepRun): Promise<void> {
  try {
    await removeReplica(link, run.job.targetRegion, run.job.poolId)
  } catch (error) {
    const isBusy = error instanceof LinkRefusedError && error.code === 'pool-is-here'
    if (!isBusy && !(error instanceof LinkUnreachableError)) throw error
    log.warn('a Region was not told to forget a replica', {
      peer: run.job.targetRegion,
      poolId: run.job.poolId,
    })
  }
}

/** Makes a refusal with this code permanent; other refusals are tried again. */
async function permanently(code: string, call: () => Promise<void>): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (error instanceof LinkRefusedError && error.code === code) {
      throw new PermanentFailure(error.message)
    }
    throw error
  }
}
