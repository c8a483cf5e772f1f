// The harness itself: what the record allows, and that it distinguishes a broken promise from a
// kept one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chance } from './chance.js'
import { refreshExpected, signInExpected } from './expectations.js'
import { AccessKeyRecord, Person, PoolRecord, Record, Session } from './record.js'
import { Register } from './register.js'
import { mayArrive } from './thing.js'

const [HOME, OTHER] = ['us-west-2', 'us-east-1']

test('a register allows what was acknowledged last, and what may have happened', () => {
  const register = new Register('a', 1)
  register.write('b', 2)
  assert.deepEqual(register.allowed(), ['b'])
  register.attempt('c', 3)
  assert.deepEqual(register.allowed(), ['b', 'c'])
  assert.equal(register.sure, undefined)
  // The attempt may still be under way, and come after this.
  register.write('d', 4)
  assert.deepEqual(register.allowed(), ['d', 'c'])
  register.settle('d', 5)
  assert.ok(register.isSurely('d'))
  assert.deepEqual(register.recent(), ['d'])
  assert.deepEqual(register.ever(), ['a', 'b', 'c', 'd'])
})

test('after a restore a register allows what was in force then, and later', () => {
  const register = new Register('a', 1)
  register.write('b', 10)
  register.write('c', 20)
  register.write('d', 30)
  register.restore(25)
  assert.deepEqual([...register.allowed()].sort(), ['c', 'd'])
  register.write('e', 40)
  assert.deepEqual(register.allowed(), ['e'])
  register.restore(Number.NEGATIVE_INFINITY)
  assert.deepEqual([...register.allowed()].sort(), ['a', 'b', 'c', 'd', 'e'])
})

test('a copy that went back has what was true since its backup, until quiet', () => {
  const register = new Register('a', 1)
  register.settle('b', 10)
  register.settle('c', 20)
  register.restoreCopy(15)
  assert.deepEqual([...register.recent()].sort(), ['b', 'c'])
  assert.deepEqual(register.allowed(), ['c'], 'the owner has lost nothing')
  register.settle('c', 30)
  assert.deepEqual(register.recent(), ['c'])
})

function someone(madeAtMs = 0) {
  const record = new Record()
  const pool = new PoolRecord({
    label: 'pool',
    id: 'us-west-2_x',
    home: HOME,
    other: OTHER,
    keyId: 'key',
    isLasting: true,
    atMs: madeAtMs,
  })
  pool.replica.settle('ACTIVE', 1)
  record.pools.push(pool)
  const person = new Person('ada', { pool, username: 'ada', isConfirmed: true, atMs: 0 })
  person.password.write('old', 1)
  person.password.write('new', 2)
  pool.names.set('ada', new Register<Person | undefined>(person, 0))
  const session = new Session('session', {
    person,
    isRotating: false,
    region: HOME,
    begunAtMs: 5,
    refreshToken: 'r',
    accessToken: 'a',
  })
  person.sessions.push(session)
  return { record, pool, person, session }
}

test('what travels is due in the other Region from quiet on', () => {
  const { record, person, session } = someone()
  assert.equal(signInExpected(person, HOME, 'new'), 'must')
  assert.equal(signInExpected(person, HOME, 'old'), 'must not')
  assert.equal(signInExpected(person, OTHER, 'new'), 'may')
  assert.equal(signInExpected(person, OTHER, 'old'), 'may')
  assert.equal(refreshExpected(session, OTHER), 'may')
  record.becameEqual()
  person.password.settle('new', 3)
  assert.equal(signInExpected(person, OTHER, 'new'), 'must')
  assert.equal(signInExpected(person, OTHER, 'old'), 'must not')
  assert.equal(refreshExpected(session, OTHER), 'must')
  assert.equal(signInExpected(person, OTHER, 'never'), 'must not')
})

test('a session that was ended is refused there at once, elsewhere from quiet on, for good', () => {
  const { record, session } = someone()
  const ending = (atMs: number) => ({
    what: 'RevokeToken',
    region: OTHER,
    atMs,
    isSure: true,
    isDirectory: false,
    hasTravelled: false,
    unknownAt: new Set<string>(),
  })
  session.endings.push(ending(10))
  assert.equal(refreshExpected(session, OTHER), 'must not')
  assert.equal(refreshExpected(session, HOME), 'may')
  // The Region that knew it loses its database before the other one has heard of it.
  record.restored(OTHER, 9)
  assert.equal(refreshExpected(session, OTHER), 'may')
  session.endings.push(ending(20))
  record.becameEqual()
  record.restored(OTHER, 9)
  assert.equal(refreshExpected(session, HOME), 'must not')
  // The one that went back has to hear of it first.
  assert.equal(refreshExpected(session, OTHER), 'may')
  record.becameEqual()
  assert.equal(refreshExpected(session, OTHER), 'must not')
  // When both go back before they have met again, nobody is left who knows.
  record.restored(HOME, 9)
  record.restored(OTHER, 9)
  assert.equal(refreshExpected(session, HOME), 'may')
})

test('failures are lost with a Region that alone knew of them, or with both', () => {
  const counted = (hasTravelled: boolean) => {
    const { record, person } = someone()
    person.failures.push({ region: HOME, atMs: 10, hasTravelled, unknownAt: new Set() })
    return { record, person }
  }
  const alone = counted(false)
  alone.record.restored(OTHER, 9)
  assert.equal(alone.person.failures.length, 1)
  alone.record.restored(HOME, 9)
  assert.equal(alone.person.failures.length, 0)
  assert.ok(alone.person.hasUnknownFailures)
  const known = counted(true)
  known.record.restored(HOME, 9)
  assert.equal(known.person.failures.length, 1)
  known.record.restored(OTHER, 9)
  assert.equal(known.person.failures.length, 0)
})

test('a response that was lost leaves both open, and other users may not get in', () => {
  const { pool, person, session } = someone()
  session.endings.push({
    what: 'GlobalSignOut',
    region: HOME,
    atMs: 10,
    isSure: false,
    isDirectory: false,
    hasTravelled: false,
    unknownAt: new Set(),
  })
  assert.equal(refreshExpected(session, HOME), 'may')
  person.isEnabled.attempt(false, 11)
  assert.equal(signInExpected(person, HOME, 'new'), 'may')
  person.isEnabled.write(false, 12)
  // The other Region may not have heard.
  assert.equal(signInExpected(person, OTHER, 'new'), 'may')
  assert.equal(signInExpected(person, HOME, 'new'), 'must not')
  pool.names.get('ada')?.write(undefined, 14)
  assert.equal(signInExpected(person, HOME, 'new'), 'must not')
})

test('a pool that its home lost is kept elsewhere if it was seen there, and only then', () => {
  const cases = [
    { what: 'made after the backup', seenAtMs: 30, toMs: 10, keeping: 'must' },
    { what: 'never seen elsewhere', seenAtMs: undefined, toMs: 10, keeping: 'may' },
    { what: 'made before the backup', seenAtMs: 30, toMs: 25, keeping: 'no' },
  ] as const
  for (const { what, seenAtMs, toMs, keeping } of cases) {
    const { record, pool } = someone(20)
    if (seenAtMs !== undefined) record.becameEqual(seenAtMs)
    record.restored(HOME, toMs)
    assert.equal(pool.keeping, keeping, what)
  }
  const { record, pool } = someone(20)
  record.becameEqual(30)
  record.restored(HOME, 10)
  record.restored(OTHER, 35)
  assert.equal(pool.keeping, 'must', 'the backup of the other Region has it')
  record.restored(OTHER, 25)
  record.restored(HOME, 10)
  assert.equal(pool.keeping, 'may', 'both have lost it')
  const removed = someone(20)
  removed.record.becameEqual(30)
  removed.pool.replica.attempt('none', 40)
  removed.record.restored(HOME, 10)
  assert.equal(removed.pool.keeping, 'may', 'its replica may have been removed')
})

test('a sign-out elsewhere that has not arrived may end what begins within a minute', () => {
  const signOut = {
    what: 'GlobalSignOut',
    region: HOME,
    atMs: 1000,
    isSure: true,
    isDirectory: false,
    hasTravelled: false,
    unknownAt: new Set<string>(),
  }
  const at = { region: OTHER, begunAtMs: 60_999, skewMs: 0 }
  assert.ok(mayArrive(signOut, at))
  assert.ok(!mayArrive(signOut, { ...at, begunAtMs: 61_001 }))
  assert.ok(!mayArrive(signOut, { ...at, region: HOME }), 'where it was made, it is known')
  assert.ok(!mayArrive({ ...signOut, hasTravelled: true }, at))
  assert.ok(mayArrive({ ...signOut, hasTravelled: true, unknownAt: new Set([OTHER]) }, at))
})

test('a Region that went back does not know younger access keys, until quiet', () => {
  const { record } = someone()
  const key = new AccessKeyRecord({ id: 'AKIA', secret: 's', madeIn: HOME, madeAtMs: 20 })
  record.accessKeys.push(key)
  record.becameEqual(30)
  record.restored(OTHER, 25)
  assert.equal(key.unknownAt.size, 0)
  record.restored(OTHER, 10)
  assert.deepEqual([...key.unknownAt], [OTHER])
  assert.equal(key.isLost, false)
  record.becameEqual(40)
  assert.equal(key.unknownAt.size, 0)
})

test('a key that is refused undoes a replica that may be under way, and no other', () => {
  const { pool } = someone()
  pool.refuseKey(5)
  assert.ok(pool.replica.isSurely('ACTIVE'))
  pool.replica.settle('none', 10)
  pool.replica.write('INACTIVE', 11)
  pool.refuseKey(12)
  assert.deepEqual(pool.replica.allowed(), ['INACTIVE', 'none'])
})

test('one seed gives the same draws, forks of it others', () => {
  const draws = (chance: Chance) => Array.from({ length: 20 }, () => chance.between(1, 1000))
  assert.deepEqual(draws(new Chance(7)), draws(new Chance(7)))
  assert.notDeepEqual(draws(new Chance(7)), draws(new Chance(8)))
  assert.notDeepEqual(draws(new Chance(7).fork(1)), draws(new Chance(7).fork(2)))
  const all = draws(new Chance(9))
  assert.ok(all.every((draw) => draw >= 1 && draw <= 1000))
})
