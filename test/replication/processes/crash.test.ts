// `kill -9` of a Region, node and database together, while a replica is being made: at moments that
// a seed chooses, of the Region that copies and of the one that receives. Without help the job
// goes on by itself, and in the end both sides have the same rows and every user signs in on both.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { GetUserCommand } from '@aws-sdk/client-cognito-identity-provider'
import { systemClock } from '#adapters/system/clock.js'
import { assertSameRows } from '#test/support/checker.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  createPool,
  EAST,
  signIn,
  startReplica,
  WEST,
  waitForStatus,
} from '#test/support/replicated-pool.js'
import { testSeed } from '#test/support/seed.js'
import { startTwoRegions, type TwoRegions } from '#test/support/two-regions.js'

const USERS = 20
const ROUNDS = 4
/** Making a replica of so few users takes about this long. */
const CREATION_MS = 800

let stack: TwoRegions

before(async () => {
  stack = await startTwoRegions()
})

after(() => stack.stop())

/** A number in [0, 1) for each round of a seed. */
function chance(seed: number, round: number): number {
  const mixed = Math.imul(seed ^ (round * 0x9e3779b9), 0x85ebca6b) >>> 0
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32
}

for (let round = 0; round < ROUNDS; round += 1) {
  const victim = round % 2 === 0 ? WEST : EAST
  test(`round ${round}: ${victim} is killed while a replica is made`, async () => {
    const pool = await createPool(stack, { users: USERS })
    await startReplica(stack, pool.userPoolId)
    await systemClock.wait(Math.floor(chance(testSeed(), round) * CREATION_MS))
    await stack.command('region', 'stop', victim, '--kill')
    await stack.command('region', 'start', victim)
    await waitForStatus(stack, pool.userPoolId, { status: 'INACTIVE', timeoutMs: 60_000 })
    assert.ok((await assertSameRows(stack, pool.userPoolId)) > USERS)
  })
}

test('after a Region was killed under writes, rows and tokens are good in both', async () => {
  const pool = await createPool(stack, { users: USERS })
  await activateReplica(stack, pool.userPoolId)
  const tokens = [
    await signIn(stack, WEST, pool, 'user-0'),
    await signIn(stack, EAST, pool, 'user-1'),
  ]
  const writes = Promise.allSettled(
    Array.from({ length: 60 }, (_, at) => addUser(stack, pool.userPoolId, `late-${at}`)),
  )
  await stack.command('region', 'stop', EAST, '--kill')
  await stack.command('region', 'start', EAST)
  await writes
  await assertSameRows(stack, pool.userPoolId)
  tokens.push(await signIn(stack, EAST, pool, 'late-0'), await signIn(stack, WEST, pool, 'late-59'))
  for (const region of [WEST, EAST]) {
    for (const { accessToken } of tokens) {
      await cognitoOf(stack, region).send(new GetUserCommand({ AccessToken: accessToken }))
    }
  }
})
