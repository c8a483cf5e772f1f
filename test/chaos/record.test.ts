// The harness itself: what the record allows, and that it tells a broken promise from a kept one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chance } from './chance.js'
import { refreshExpected, signInExpected } from './expectations.js'
import { Person, PoolRecord, Record, Session } from './record.js'
import { Register } from './register.js'

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

function someone() {
  const record = new Record()
  const pool = new PoolRecord({
    label: 'pool',
    id: 'us-west-2_x',
    home: HOME,
    other: OTHER,
    keyId: 'key',
    isLasting: true,
    atMs: 0,
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
  const what = { what: 'RevokeToken', isDirectory: false, hasTravelled: false }
  session.endings.push({ ...what, region: OTHER, atMs: 10, isSure: true })
  assert.equal(refreshExpected(session, OTHER), 'must not')
  assert.equal(refreshExpected(session, HOME), 'may')
  // The Region that knew it loses its database before the other one has heard of it.
  record.restored(OTHER, 9)
  assert.equal(refreshExpected(session, OTHER), 'may')
  session.endings.push({ ...what, region: OTHER, atMs: 20, isSure: true })
  record.becameEqual()
  record.restored(OTHER, 9)
  assert.equal(refreshExpected(session, HOME), 'must not')
  // The one that went back has to hear of it first.
  assert.equal(refreshExpected(session, OTHER), 'may')
  record.becameEqual()
  assert.equal(refreshExpected(session, OTHER), 'must not')
})

test('an answer that was lost leaves both open, and somebody else may not get in', () => {
  const { pool, person, session } = someone()
  session.endings.push({
    what: 'GlobalSignOut',
    region: HOME,
    atMs: 10,
    isSure: false,
    isDirectory: false,
    hasTravelled: false,
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

test('one seed gives the same draws, forks of it others', () => {
  const draws = (chance: Chance) => Array.from({ length: 20 }, () => chance.between(1, 1000))
  assert.deepEqual(draws(new Chance(7)), draws(new Chance(7)))
  assert.notDeepEqual(draws(new Chance(7)), draws(new Chance(8)))
  assert.notDeepEqual(draws(new Chance(7).fork(1)), draws(new Chance(7).fork(2)))
  const all = draws(new Chance(9))
  assert.ok(all.every((draw) => draw >= 1 && draw <= 1000))
})
