// A rotating refresh token that is used in two Regions which cannot see each other: when they meet
// again, the session ends in both, whichever of its branches is used again or none.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { required } from '#base/assert.js'
import { EAST, type RegionPair, type Side, startPair } from '#test/support/region-pair.js'
import { beginReplica, makePool, waitForPhase } from '#test/support/replica-rows.js'
import { waitFor } from '#test/support/wait.js'

const POOL = 'us-west-2_rotating'
const DAY = 86_400_000
let pair: RegionPair

before(async () => {
  pair = await startPair()
  pair.west.lead()
  pair.east.lead()
  await makePool(pair.west, POOL)
  await beginReplica(pair.west, POOL, EAST)
  await waitForPhase(pair.east, { poolId: POOL, region: EAST, phase: 'READY' })
})
after(() => pair.close())

const sides = () => [pair.west, pair.east] as const

async function partition(): Promise<void> {
  for (const side of sides()) {
    side.wire.cut()
    pair.link.unreachable.add(side.region)
  }
}

function heal(): void {
  for (const side of sides()) {
    side.wire.heal()
    pair.link.unreachable.delete(side.region)
  }
}

interface Use {
  readonly refreshJti: string
  readonly originJti: string
  readonly atMs: number
  readonly graceSeconds?: number
}

async function use(side: Side, { refreshJti, originJti, atMs, graceSeconds = 0 }: Use) {
  const { pools, rotationUses } = side.storage.repositories
  const pool = required(await pools.find(POOL), 'pool')
  return rotationUses.use(pool, {
    refreshJti,
    originJti,
    atMs,
    graceSeconds,
    expiresAtMs: atMs + DAY,
    sessionExpiresAtMs: atMs + 2 * DAY,
  })
}

async function isEnded(side: Side, originJti: string): Promise<boolean> {
  const { pools, revocations } = side.storage.repositories
  return revocations.has(required(await pools.find(POOL), 'pool'), originJti)
}

async function ends(originJti: string): Promise<void> {
  for (const side of sides()) {
    await waitFor(() => isEnded(side, originJti), { what: `the end in ${side.region}` })
  }
}

/** Both Regions know both uses, and have nothing left to decide. */
async function isSettled({ refreshJti }: Use): Promise<void> {
  for (const side of sides()) {
    await waitFor(
      async () => {
        const uses = await side.sql`
          select from rotation_uses where refresh_jti = ${refreshJti}`
        const conflicts = await side.sql`select from rotation_conflicts`
        return uses.length === 2 && conflicts.length === 0
      },
      { what: `both uses in ${side.region}` },
    )
  }
}

const token = (atMs: number): Use => ({
  refreshJti: randomUUID(),
  originJti: randomUUID(),
  atMs,
})

test('one that both used during a partition ends its session in both at contact', async () => {
  const used = token(Date.now())
  const once = token(Date.now())
  await partition()
  const uses = [
    await use(pair.west, used),
    await use(pair.east, { ...used, atMs: used.atMs + 5000 }),
    await use(pair.east, once),
  ]
  // Each Region believes that it was first: it cannot know better.
  assert.deepEqual(
    uses.map(({ isFirst }) => isFirst),
    [true, true, true],
  )
  for (const side of sides()) assert.equal(await isEnded(side, used.originJti), false)
  heal()
  await ends(used.originJti)
  await isSettled(used)
  for (const side of sides()) assert.equal(await isEnded(side, once.originJti), false)
})

test('the same instant is decided alike: without a grace period it is a reuse', async () => {
  const used = token(Date.now())
  await Promise.all(sides().map((side) => use(side, used)))
  await ends(used.originJti)
})

test('a retry in the other Region within the grace period is none', async () => {
  const atMs = Date.now()
  const [retried, late, same] = [token(atMs), token(atMs), token(atMs)]
  await partition()
  for (const [used, delayMs] of [
    [retried, 10_000],
    [late, 10_001],
    [same, 0],
  ] as const) {
    await use(pair.west, { ...used, graceSeconds: 10 })
    await use(pair.east, { ...used, graceSeconds: 10, atMs: atMs + delayMs })
  }
  heal()
  await ends(late.originJti)
  for (const used of [retried, same]) {
    await isSettled(used)
    for (const side of sides()) assert.equal(await isEnded(side, used.originJti), false)
  }
})

test('a use that a Region took over from the other one is no second use', async () => {
  const used = token(Date.now())
  await use(pair.west, used)
  await waitFor(
    async () =>
      (await pair.east.sql`select from rotation_uses where refresh_jti = ${used.refreshJti}`)
        .length === 1,
    { what: 'the use to arrive' },
  )
  await pair.east.replication.adoptRuntimeRows(POOL, pair.west.region)
  await isSettled(used)
  const late = token(Date.now())
  await Promise.all([use(pair.west, late), use(pair.east, late)])
  // What was decided later is decided: so was what came before.
  await ends(late.originJti)
  for (const side of sides()) assert.equal(await isEnded(side, used.originJti), false)
})

test('two uses that the trigger could not see together are found by the sweep', async () => {
  const used = token(Date.now())
  await partition()
  await use(pair.west, used)
  await use(pair.east, used)
  for (const side of sides()) {
    await side.sql.unsafe('alter table rotation_uses disable trigger conflict')
  }
  heal()
  await isSettled(used)
  for (const side of sides()) assert.equal(await isEnded(side, used.originJti), false)
  // What the first Region finds now, the other one is sent.
  for (const side of sides()) {
    await side.sql.unsafe('alter table rotation_uses enable always trigger conflict')
    await side.storage.repositories.rotationUses.findConflicts()
  }
  await ends(used.originJti)
})
