import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { FAILURES_KEPT_MS } from '#domain/credential/lockout.js'
import type { PrimaryPool } from '#ports/capability.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import {
  bytes,
  JTI,
  MINUTE,
  makePool,
  NOW,
  newUser,
  OTHER_JTI,
  OTHER_SUB,
  poolOf,
  rotated,
  SUB,
} from './pools.js'

describe('rows of Regions', () => {
  let west: TestStorage
  let east: TestStorage
  let pool: PrimaryPool
  let made = 0
  before(async () => {
    west = await openStorage({ poolSize: 8 })
    east = await openStorage({ region: 'us-east-1', url: west.url })
  })
  after(async () => {
    await east.close()
    await west.close()
  })
  beforeEach(async () => {
    made += 1
    pool = await makePool(west.repositories, `pool${made}`)
  })

  const failuresOf = async () => (await west.repositories.failedAttempts.state(pool, SUB)).failures
  const failHere = (atMs: number) => west.repositories.failedAttempts.addFailure(pool, SUB, atMs)
  const failThere = (atMs: number) => east.repositories.failedAttempts.addFailure(pool, SUB, atMs)

  test('failures add up over Regions until a success of any Region', async () => {
    assert.deepEqual(await west.repositories.failedAttempts.state(pool, SUB), {
      failures: 0,
      lastFailureAtMs: undefined,
    })
    for (let n = 0; n < 3; n += 1) await failHere(NOW + n)
    for (let n = 0; n < 2; n += 1) await failThere(NOW + 10 + n)
    assert.deepEqual(await east.repositories.failedAttempts.state(pool, SUB), {
      failures: 5,
      lastFailureAtMs: NOW + 11,
    })
    await east.repositories.failedAttempts.addSuccess(pool, SUB, NOW + 20)
    assert.equal(await failuresOf(), 0)
    await failHere(NOW + 30)
    assert.equal(await failuresOf(), 1, 'what was before the success of the other Region is over')
    await failThere(NOW + 31)
    assert.equal(await failuresOf(), 2)
  })

  test('a first success makes nothing count, and the next failure counts one', async () => {
    await west.repositories.failedAttempts.addSuccess(pool, SUB, NOW)
    assert.equal(await failuresOf(), 0)
    await failHere(NOW + 1)
    await failHere(NOW + 2)
    assert.equal(await failuresOf(), 2)
  })

  test('a Region whose clock is behind counts failures after a success that it knows', async () => {
    const successes = west.repositories.failedAttempts
    await successes.addSuccess(pool, SUB, NOW + 8000)
    for (let n = 0; n < 5; n += 1) await failThere(NOW + n)
    assert.equal(await failuresOf(), 5)
    // And its success, which seems to be older than the failures, forgives them.
    await failHere(NOW + 9000)
    await east.repositories.failedAttempts.addSuccess(pool, SUB, NOW + 10)
    assert.equal(await failuresOf(), 0)
    await failThere(NOW + 11)
    assert.equal(await failuresOf(), 1)
  })

  test('old failures are forgiven, whichever Region saw them', async () => {
    for (let n = 0; n < 4; n += 1) await failHere(NOW)
    await failThere(NOW + 16 * MINUTE)
    assert.equal(await failuresOf(), 1)
    await failHere(NOW + 17 * MINUTE)
    assert.equal(await failuresOf(), 2)
  })

  test('failures are kept as long as the lock counts on, by both statements that ask', async () => {
    await failHere(NOW)
    await failThere(NOW + FAILURES_KEPT_MS - 1)
    assert.equal(await failuresOf(), 2)
    await failHere(NOW + FAILURES_KEPT_MS - 1)
    assert.equal(await failuresOf(), 3)
    pool = await makePool(west.repositories, `pool${made}-later`)
    await failHere(NOW)
    await failThere(NOW + FAILURES_KEPT_MS + 1)
    assert.equal(await failuresOf(), 1)
    await failHere(NOW + FAILURES_KEPT_MS + 1)
    assert.equal(await failuresOf(), 2)
  })

  test('failures at once are all counted', async () => {
    await Promise.all(Array.from({ length: 20 }, () => failHere(NOW)))
    assert.equal(await failuresOf(), 20)
  })

  test('the latest sign-out of any Region holds, and the next is later by any clock', async () => {
    const { signOuts } = west.repositories
    assert.equal(await signOuts.latestMs(pool, SUB), undefined)
    await signOuts.add(pool, SUB, NOW)
    await east.repositories.signOuts.add(pool, SUB, NOW + 5)
    await signOuts.add(pool, SUB, NOW - 5)
    // A session may have begun a millisecond after the one before.
    assert.equal(await signOuts.latestMs(pool, SUB), NOW + 6)
    const session = { sub: SUB, originJti: JTI }
    assert.deepEqual(await west.repositories.sessions.state(pool, session), {
      isRevoked: false,
      signedOutAtMs: NOW + 6,
    })
    await east.repositories.revocations.add(pool, JTI, NOW)
    await west.repositories.revocations.add(pool, JTI, NOW)
    await west.repositories.revocations.add(pool, JTI, NOW)
    assert.equal(await west.repositories.revocations.has(pool, JTI), true)
    assert.equal(await west.repositories.revocations.has(pool, OTHER_JTI), false)
    assert.equal((await west.repositories.sessions.state(pool, session)).isRevoked, true)
  })

  test('the first use of a refresh token is the same for all who use it', async () => {
    const { rotationUses } = west.repositories
    const use = (atMs: number) => rotationUses.use(pool, rotated(JTI, atMs, NOW + MINUTE))
    assert.deepEqual(await use(NOW), { isFirst: true, firstUseMs: NOW })
    assert.deepEqual(await use(NOW + 7), { isFirst: false, firstUseMs: NOW })
    const elsewhere = east.repositories.rotationUses.use(pool, rotated(JTI, NOW + 3, NOW + MINUTE))
    assert.deepEqual(await elsewhere, { isFirst: false, firstUseMs: NOW })
  })

  test('one of many uses at the same moment is the first', async () => {
    const { rotationUses } = west.repositories
    const uses = await Promise.all(
      Array.from({ length: 30 }, () =>
        rotationUses.use(pool, rotated(OTHER_JTI, NOW, NOW + MINUTE)),
      ),
    )
    assert.equal(uses.filter(({ isFirst }) => isFirst).length, 1)
    assert.ok(uses.every(({ firstUseMs }) => firstUseMs === NOW))
  })

  test('a session is taken once, however many try', async () => {
    const takes = await Promise.all(
      Array.from({ length: 20 }, () =>
        west.repositories.usedSessions.take(pool, { id: JTI, expiresAtMs: NOW }, 1),
      ),
    )
    assert.equal(takes.filter((outcome) => outcome === 'counted').length, 1)
  })

  test('a session that allows more attempts is counted that often, by either way', async () => {
    const { users, usedSessions } = west.repositories
    await users.insert(pool, newUser())
    const session = { id: JTI, sub: SUB, expiresAtMs: NOW }
    const takes = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        at % 2 === 0 ? usedSessions.take(pool, session, 5) : users.takeSession(pool, session, 5),
      ),
    )
    assert.equal(takes.filter((outcome) => outcome !== 'again').length, 5)
    // Another session has attempts of its own.
    const other = { ...session, id: OTHER_JTI }
    assert.equal(await usedSessions.take(pool, other, 5), 'counted')
    assert.equal(await usedSessions.take(pool, other, 1), 'again')
  })

  test('a session taken together with its user is taken once, and by either way', async () => {
    const { users, usedSessions } = west.repositories
    await users.insert(pool, newUser())
    const session = { id: JTI, sub: SUB, expiresAtMs: NOW }
    const takes = await Promise.all(
      Array.from({ length: 20 }, () => users.takeSession(pool, session, 1)),
    )
    const record = takes.filter((outcome) => outcome !== 'again')
    assert.equal(record.length, 1)
    assert.deepEqual(record[0], {
      record: await users.findAuthRecord(pool, { sub: SUB }),
      failures: 0,
      lastFailureAtMs: undefined,
    })
    assert.equal(await usedSessions.take(pool, { id: JTI, expiresAtMs: NOW }, 1), 'again')
  })

  test('a session of a user who does not exist is taken all the same', async () => {
    const { users } = west.repositories
    const strangers = [
      { id: JTI, sub: OTHER_SUB },
      { id: OTHER_JTI, sub: 'not-a-uuid' },
    ]
    for (const stranger of strangers) {
      const session = { ...stranger, expiresAtMs: NOW }
      const taken = await users.takeSession(pool, session, 1)
      assert.deepEqual(taken, { record: undefined, failures: 0, lastFailureAtMs: undefined })
      assert.equal(await users.takeSession(pool, session, 1), 'again')
    }
  })

  test('a code matches once, however many try', async () => {
    const { codes } = west.repositories
    const code = { sub: SUB, purpose: 'sign-up', codeHash: bytes('right'), source: 's' }
    await codes.put(pool, { ...code, expiresAtMs: NOW + MINUTE })
    const takes = await Promise.all(
      Array.from({ length: 20 }, () => codes.take(pool, { ...code, nowMs: NOW })),
    )
    assert.equal(takes.filter((outcome) => outcome === 'match').length, 1)
    assert.equal(takes.filter((outcome) => outcome === 'expired').length, 19)
  })

  test('wrong codes count, all of them, and kill the code', async () => {
    const { codes } = west.repositories
    const code = { sub: SUB, purpose: 'sign-up', codeHash: bytes('right'), source: 's' }
    const wrong = { ...code, codeHash: bytes('wrong'), nowMs: NOW }
    await codes.put(pool, { ...code, expiresAtMs: NOW + MINUTE })
    const takes = await Promise.all(Array.from({ length: 12 }, () => codes.take(pool, wrong)))
    assert.equal(takes.filter((outcome) => outcome === 'mismatch').length, 5)
    assert.equal(takes.filter((outcome) => outcome === 'too-many-failures').length, 7)
    assert.equal(await codes.take(pool, { ...code, nowMs: NOW }), 'too-many-failures')
    await codes.put(pool, { ...code, expiresAtMs: NOW + MINUTE })
    assert.equal(await codes.take(pool, { ...code, nowMs: NOW + MINUTE }), 'expired')
    assert.equal(await codes.take(pool, { ...code, purpose: 'other', nowMs: NOW }), 'expired')
    assert.equal(await codes.take(pool, { ...code, nowMs: NOW }), 'match')
    assert.equal(await codes.take(pool, { ...code, nowMs: NOW }), 'expired')
  })

  test('one source uses up its own guesses, all sources those of everybody', async () => {
    const { codes } = west.repositories
    const code = { sub: SUB, purpose: 'forgot-password', codeHash: bytes('right'), nowMs: NOW }
    const wrong = { ...code, codeHash: bytes('wrong') }
    await codes.put(pool, { ...code, expiresAtMs: NOW + MINUTE })
    const guess = async (source: string) => codes.check(pool, { ...wrong, source })
    for (let n = 0; n < 5; n += 1) assert.equal(await guess('a'), 'mismatch')
    for (let n = 0; n < 9; n += 1) assert.equal(await guess('a'), 'too-many-failures')
    assert.equal(await codes.check(pool, { ...code, source: 'a' }), 'too-many-failures')
    assert.equal(await codes.check(pool, { ...code, source: 'b' }), 'match')
    for (const source of ['b', 'c', 'd']) {
      for (let n = 0; n < 5; n += 1) assert.equal(await guess(source), 'mismatch')
    }
    assert.equal(await codes.take(pool, { ...code, source: 'e' }), 'too-many-failures')
    await codes.put(pool, { ...code, expiresAtMs: NOW + MINUTE })
    assert.equal(await codes.take(pool, { ...code, source: 'a' }), 'match', 'a new code')
  })

  test('hidden guesses at no code end as guesses at one, also side by side', async () => {
    const { codes } = west.repositories
    const guess = {
      sub: OTHER_SUB,
      purpose: 'sign-up',
      codeHash: bytes('wrong'),
      source: 's',
      isHidden: true,
      nowMs: NOW,
    }
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => codes.check(pool, guess)))
    assert.equal(outcomes.filter((outcome) => outcome === 'mismatch').length, 5)
    assert.equal(outcomes.filter((outcome) => outcome === 'too-many-failures').length, 3)
    assert.equal(await codes.check(pool, { ...guess, isHidden: false }), 'too-many-failures')
    const late = { ...guess, sub: SUB, codeHash: bytes('right') }
    await codes.put(pool, { ...late, expiresAtMs: NOW })
    assert.equal(await codes.check(pool, late), 'expired', 'told to the bearer only')
    assert.equal(await codes.check(pool, { ...late, codeHash: bytes('wrong') }), 'mismatch')
  })

  test('a code that is checked stays, and a wrong one counts', async () => {
    const { codes } = west.repositories
    const code = { sub: SUB, purpose: 'sign-up', codeHash: bytes('right'), source: 's' }
    await codes.put(pool, { ...code, expiresAtMs: NOW + MINUTE })
    const wrong = { ...code, codeHash: bytes('wrong'), nowMs: NOW }
    for (let n = 0; n < 3; n += 1) {
      assert.equal(await codes.check(pool, { ...code, nowMs: NOW }), 'match')
    }
    for (let n = 0; n < 4; n += 1) assert.equal(await codes.check(pool, wrong), 'mismatch')
    assert.equal(await codes.take(pool, wrong), 'mismatch')
    assert.equal(await codes.check(pool, { ...code, nowMs: NOW }), 'too-many-failures')
  })

  test('so many codes are sent in a window and no more, however many ask', async () => {
    const { codes } = west.repositories
    const send = { sub: SUB, purpose: 'sign-up', sendsMax: 5, windowMs: 60 * MINUTE, nowMs: NOW }
    const counts = await Promise.all(Array.from({ length: 20 }, () => codes.countSend(pool, send)))
    assert.equal(counts.filter((outcome) => outcome === 'counted').length, 5)
    // A code that is taken makes no room, and none of this is a code.
    const code = { sub: SUB, purpose: 'sign-up', codeHash: bytes('right'), source: 's', nowMs: NOW }
    await codes.put(pool, { ...code, expiresAtMs: NOW + MINUTE })
    assert.equal(await codes.take(pool, code), 'match')
    const late = { ...send, nowMs: NOW + 60 * MINUTE - 1 }
    assert.equal(await codes.countSend(pool, late), 'too-many')
    assert.equal(await codes.countSend(pool, { ...send, purpose: 'other' }), 'counted')
    assert.equal(await codes.countSend(pool, { ...send, sub: OTHER_JTI }), 'counted')
    const next = { ...send, sendsMax: 2, nowMs: NOW + 60 * MINUTE }
    const outcomes = []
    for (let n = 0; n < 3; n += 1) outcomes.push(await codes.countSend(pool, next))
    assert.deepEqual(outcomes, ['counted', 'counted', 'too-many'])
  })

  test('the newest statement about a replica holds, even from a slow clock', async () => {
    const { replicas, unitOfWork, activations } = west.repositories
    await unitOfWork.run((bound) =>
      bound.replicas.insert(pool, { targetRegion: 'us-east-1', createdAtMs: NOW, replicasMax: 1 }),
    )
    await replicas.setPhase(pool, 'us-east-1', 'READY')
    const isActive = async () => {
      const [replica] = await replicas.list(pool)
      return replica?.activations.at(-1)?.isActive
    }
    assert.equal(await isActive(), undefined)
    const statement = { region: 'us-east-1', isActive: true, changedAtMs: NOW + 9000 }
    await east.repositories.activations.set(pool, statement)
    assert.equal(await isActive(), true)
    await activations.set(pool, { ...statement, isActive: false, changedAtMs: NOW + 1 })
    assert.equal(await isActive(), false)
    await east.repositories.activations.set(pool, { ...statement, changedAtMs: NOW })
    assert.equal(await isActive(), true)
  })

  test('replicas that are made at the same moment are counted one after another', async () => {
    const regions = ['us-east-1', 'eu-west-1', 'ap-south-1', 'sa-east-1']
    const outcomes = await Promise.all(
      regions.map((region) =>
        west.repositories.unitOfWork.run(({ replicas }) =>
          replicas.insert(pool, { targetRegion: region, createdAtMs: NOW, replicasMax: 2 }),
        ),
      ),
    )
    assert.deepEqual(outcomes.toSorted(), ['exists', 'exists', 'inserted', 'inserted'])
    assert.equal((await west.repositories.replicas.list(pool)).length, 2)
  })

  test('a statement about an earlier replica does not count for the next one', async () => {
    const { replicas, unitOfWork } = west.repositories
    const insert = (createdAtMs: number) =>
      unitOfWork.run((bound) =>
        bound.replicas.insert(pool, { targetRegion: 'us-east-1', createdAtMs, replicasMax: 1 }),
      )
    const statement = { region: 'us-east-1', isActive: true, changedAtMs: NOW + 1 }
    assert.equal(await insert(NOW), 'inserted')
    assert.equal(await insert(NOW), 'exists')
    await east.repositories.activations.set(pool, statement)
    await west.repositories.activations.set(pool, statement)
    await replicas.remove(pool, 'us-east-1')
    await insert(NOW + MINUTE)
    await replicas.setPhase(pool, 'us-east-1', 'READY')
    assert.deepEqual(await replicas.list(pool), [
      { region: 'us-east-1', phase: 'READY', activations: [] },
    ])
  })

  test('a secondary sees its role and status', async () => {
    const { replicas, unitOfWork } = west.repositories
    const east2 = () => east.repositories.pools.find(pool.id)
    const seen = async () => {
      east.cache.clear()
      const found = await east2()
      return [found?.role, found?.status, found?.primaryRegion]
    }
    assert.deepEqual(await seen(), ['SECONDARY', 'CREATING', 'us-west-2'])
    await unitOfWork.run((bound) =>
      bound.replicas.insert(pool, { targetRegion: 'us-east-1', createdAtMs: NOW, replicasMax: 1 }),
    )
    await replicas.setPhase(pool, 'us-east-1', 'READY')
    assert.deepEqual(await seen(), ['SECONDARY', 'INACTIVE', 'us-west-2'])
    const statement = { region: 'us-east-1', isActive: true, changedAtMs: NOW }
    await east.repositories.activations.set(pool, statement)
    assert.deepEqual(await seen(), ['SECONDARY', 'ACTIVE', 'us-west-2'])
    await replicas.setPhase(pool, 'us-east-1', 'DELETING')
    assert.deepEqual(await seen(), ['SECONDARY', 'DELETING', 'us-west-2'])
    const own = await poolOf(west.repositories, pool.id)
    assert.deepEqual([own.role, own.status], ['PRIMARY', 'ACTIVE'])
  })

  test('an access key serves every Region until any Region deletes it', async () => {
    const key = {
      accessKeyId: 'AKIAONE',
      secretSealed: bytes('sealed'),
      policy: { Statement: [{ Effect: 'Allow' }] },
      createdAtMs: NOW,
    }
    await west.repositories.accessKeys.insert(key)
    const found = await east.repositories.accessKeys.find('AKIAONE')
    assert.deepEqual(found?.policy, key.policy)
    assert.equal((await east.repositories.accessKeys.list()).length, 1)
    assert.equal(await east.repositories.accessKeys.remove('AKIAONE'), 'removed')
    assert.equal(await east.repositories.accessKeys.find('AKIAONE'), undefined)
    assert.equal(await west.repositories.accessKeys.remove('AKIAONE'), 'absent')
    assert.equal(await west.repositories.accessKeys.remove('AKIATWO'), 'absent')
    assert.deepEqual(await west.repositories.accessKeys.list(), [])
  })
})
