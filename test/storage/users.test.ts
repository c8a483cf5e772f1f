import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { USER_TABLES } from '#adapters/postgres/replication/tables.js'
import { required } from '#base/assert.js'
import type { PrimaryPool } from '#ports/capability.js'
import type { UserRow } from '#ports/directory.js'
import { openStorage, type TestStorage } from '#test/support/database.js'
import { bytes, JTI, MINUTE, makePool, NOW, newUser, OTHER_SUB, SUB } from './pools.js'

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

describe('users', () => {
  let west: TestStorage
  let east: TestStorage
  let pool: PrimaryPool
  let made = 0
  before(async () => {
    west = await openStorage()
    // A node of another Region over the same rows, as if they had arrived there and back.
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
  const users = () => west.repositories.users

  test('a user comes back as it went in, to the millisecond and the byte', async () => {
    const user = newUser({ credentialSealed: undefined, phoneNumberHash: bytes('phone') })
    assert.equal(await users().insert(pool, user), 'inserted')
    const found = required(await users().findBySub(pool, SUB), 'user')
    assert.deepEqual(plain(found), plain(user))
    assert.equal(await users().findBySub(pool, OTHER_SUB), undefined)
    assert.equal(await users().findBySub(pool, 'not-a-uuid'), undefined)
  })

  test('sealed values of 64 KB and more come back whole', async () => {
    const profileSealed = Buffer.alloc(65_536, 'p')
    const credentialSealed = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7) % 256))
    await users().insert(pool, newUser({ profileSealed, credentialSealed }))
    const record = required(await users().findAuthRecord(pool, { sub: SUB }), 'facts')
    assert.ok(profileSealed.equals(record.user.profileSealed))
    assert.ok(credentialSealed.equals(required(record.user.credentialSealed, 'credential')))
  })

  test('a name that is taken is distinguished from an alias that is taken', async () => {
    await users().insert(pool, newUser())
    const other = newUser({ sub: OTHER_SUB, usernameHash: bytes('other') })
    assert.equal(
      await users().insert(pool, { ...other, ...newUser({ sub: OTHER_SUB }) }),
      'username-exists',
    )
    assert.equal(await users().insert(pool, other), 'alias-exists')
    assert.equal(await users().insert(pool, { ...other, emailHash: undefined }), 'inserted')
    const moved = { ...other, emailHash: bytes('email') }
    assert.equal(await users().update(pool, moved), 'alias-exists')
    assert.equal(await users().update(pool, newUser({ emailHash: undefined })), 'updated')
    assert.equal(await users().update(pool, moved), 'updated')
  })

  test('a conflict inside a transaction leaves the transaction usable', async () => {
    await users().insert(pool, newUser())
    const other = newUser({ sub: OTHER_SUB, usernameHash: bytes('other'), emailHash: undefined })
    const outcomes = await west.repositories.unitOfWork.run(async (bound) => {
      const first = await bound.users.insert(pool, newUser({ sub: OTHER_SUB }))
      await bound.users.insert(pool, other)
      const second = await bound.users.update(pool, { ...other, emailHash: bytes('email') })
      const third = await bound.users.update(pool, { ...other, status: 'RESET_REQUIRED' })
      return [first, second, third]
    })
    assert.deepEqual(outcomes, ['username-exists', 'alias-exists', 'updated'])
    assert.equal((await users().findBySub(pool, OTHER_SUB))?.status, 'RESET_REQUIRED')
  })

  test('a transaction that fails leaves nothing behind and gives its own error', async () => {
    class Refusal extends Error {}
    const run = west.repositories.unitOfWork.run(async (bound) => {
      await bound.users.insert(pool, newUser())
      throw new Refusal('no')
    })
    await assert.rejects(run, Refusal)
    assert.equal(await users().findBySub(pool, SUB), undefined)
  })

  test('of two writers of one version the second is stale', async () => {
    await users().insert(pool, newUser())
    assert.equal(await users().update(pool, newUser({ status: 'A' })), 'updated')
    assert.equal(await users().update(pool, newUser({ status: 'B' })), 'conflict')
    const found = required(await users().findBySub(pool, SUB), 'user')
    assert.deepEqual([found.status, found.version], ['A', 2])
    assert.equal(await users().update(pool, newUser({ sub: OTHER_SUB })), 'absent')
    const race = await Promise.all(
      ['C', 'D', 'E'].map((status) => users().update(pool, newUser({ status, version: 2 }))),
    )
    assert.deepEqual(race.sort(), ['conflict', 'conflict', 'updated'])
  })

  test('the user name is found before an alias of the same spelling', async () => {
    await users().insert(pool, newUser({ emailHash: undefined, usernameHash: bytes('x') }))
    const other = { sub: OTHER_SUB, usernameHash: bytes('y'), phoneNumberHash: bytes('x-phone') }
    await users().insert(pool, newUser({ ...other, preferredUsernameHash: bytes('x-preferred') }))
    const subOf = async (kind: 'email' | 'phone_number' | 'preferred_username', hash: string) =>
      (await users().find(pool, { usernameHash: bytes('x'), alias: { kind, hash: bytes(hash) } }))
        ?.sub
    assert.equal(await subOf('phone_number', 'x-phone'), SUB)
    const find = (
      usernameHash: string,
      kind: 'phone_number' | 'preferred_username',
      hash: string,
    ) =>
      users().findAuthClaim(pool, {
        usernameHash: bytes(usernameHash),
        alias: { kind, hash: bytes(hash) },
        sub: undefined,
        absentSub: JTI,
      })
    assert.equal((await find('nobody', 'phone_number', 'x-phone')).record?.user.sub, OTHER_SUB)
    assert.equal(
      (await find('nobody', 'preferred_username', 'x-preferred')).record?.user.sub,
      OTHER_SUB,
    )
    const nobody = { record: undefined, failures: 0, lastFailureAtMs: undefined }
    assert.deepEqual(await find('nobody', 'phone_number', 'x-preferred'), nobody)
  })

  test('facts: groups by precedence and name, with their roles', async () => {
    const r = west.repositories
    await users().insert(pool, newUser())
    const names = [
      { name: 'later', precedence: 9, roleArn: undefined },
      { name: 'b-none', precedence: undefined, roleArn: 'arn:b' },
      { name: 'a-none', precedence: undefined, roleArn: undefined },
      { name: 'first', precedence: 0, roleArn: 'arn:first' },
    ]
    const moment = { description: undefined, createdAtMs: NOW, modifiedAtMs: NOW }
    for (const each of names) {
      await r.groups.insert(pool, { ...each, ...moment })
      await r.groups.addMember(pool, each.name, SUB, NOW)
    }
    const record = required(await users().findAuthRecord(pool, { sub: SUB }), 'facts')
    assert.deepEqual(record.groups, [
      { name: 'first', roleArn: 'arn:first', precedence: 0 },
      { name: 'later', roleArn: undefined, precedence: 9 },
      { name: 'a-none', roleArn: undefined, precedence: undefined },
      { name: 'b-none', roleArn: 'arn:b', precedence: undefined },
    ])
    const page1 = await r.groups.ofUser(pool, SUB, { afterName: undefined, limit: 3 })
    const page2 = await r.groups.ofUser(pool, SUB, { afterName: 'a-none', limit: 3 })
    assert.deepEqual(
      [...page1, ...page2].map((group) => group.name),
      ['first', 'later', 'a-none', 'b-none'],
    )
  })

  test('facts: failures and sign-outs of both Regions', async () => {
    await users().insert(pool, newUser())
    const record = async () => required(await users().findAuthRecord(pool, { sub: SUB }), 'facts')
    assert.deepEqual(
      [(await record()).failures, (await record()).lastFailureAtMs, (await record()).signedOutAtMs],
      [0, undefined, undefined],
    )
    await west.repositories.failedAttempts.addFailure(pool, SUB, NOW)
    await east.repositories.failedAttempts.addFailure(pool, SUB, NOW + 5)
    await east.repositories.failedAttempts.addFailure(pool, SUB, NOW + 6)
    await west.repositories.signOuts.add(pool, SUB, NOW + 10)
    await east.repositories.signOuts.add(pool, SUB, NOW + 20)
    const { failures, lastFailureAtMs, signedOutAtMs } = await record()
    assert.deepEqual([failures, lastFailureAtMs, signedOutAtMs], [3, NOW + 6, NOW + 20])
    const session = { sub: SUB, originJti: JTI }
    assert.equal((await users().findRefreshRecord(pool, session))?.isRevoked, false)
    await east.repositories.revocations.add(pool, JTI, NOW + MINUTE)
    const refreshed = required(await users().findRefreshRecord(pool, session), 'facts')
    assert.deepEqual([refreshed.isRevoked, refreshed.signedOutAtMs], [true, NOW + 20])
    assert.equal('credentialSealed' in refreshed.user, false)
    assert.equal(await users().findRefreshRecord(pool, { ...session, sub: OTHER_SUB }), undefined)
    assert.equal(await users().findRefreshRecord(pool, { ...session, originJti: 'x' }), undefined)
  })

  test('pages go through all users once, and narrow', async () => {
    for (let n = 1; n <= 25; n += 1) {
      const status = n % 2 === 0 ? 'CONFIRMED' : 'UNCONFIRMED'
      const searchTerms = n % 5 === 0 ? [42n, BigInt(n)] : [BigInt(n)]
      const names = { usernameHash: bytes(`user ${n}`), emailHash: undefined }
      const user = newUser({ ...names, sub: uuid(n), status, searchTerms, isEnabled: n % 3 !== 0 })
      await users().insert(pool, user)
    }
    const seen: string[] = []
    for (let afterSub: string | undefined; ; ) {
      const page = await users().page(pool, { afterSub, limit: 10 })
      if (page.length === 0) break
      seen.push(...page.map((user) => user.sub))
      afterSub = seen.at(-1)
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, n) => uuid(n + 1)),
    )
    const count = async (narrow: object) =>
      (await users().page(pool, { afterSub: undefined, limit: 60, ...narrow })).length
    assert.equal(await count({ terms: [42n] }), 5)
    assert.equal(await count({ terms: [43n] }), 0)
    assert.equal(await count({ status: 'CONFIRMED' }), 12)
    assert.equal(await count({ isEnabled: false }), 8)
    assert.equal(await count({ terms: [42n, 44n], isEnabled: true, status: 'CONFIRMED' }), 2)
    assert.equal(await count({ usernameHash: bytes('user 7') }), 1)
    assert.equal(await count({ sub: uuid(9) }), 1)
    assert.equal(await count({ sub: 'nonsense' }), 0)
    assert.equal(await count({ afterSub: uuid(20) }), 5)
    assert.equal(await west.repositories.userCounts.estimate(pool), 25)
  })

  test('a large pool is counted once a minute', async () => {
    await west.database.query(
      (sql) => sql`
        insert into users (user_pool_id, sub, username_hash, status, profile_sealed, created_at,
          modified_at)
        select ${pool.id}, gen_random_uuid(), sha256(n::text::bytea), 'CONFIRMED', '', now(), now()
          from generate_series(1, 10100) n`,
    )
    const counts = await Promise.all([
      west.repositories.userCounts.estimate(pool),
      west.repositories.userCounts.estimate(pool),
    ])
    assert.deepEqual(counts, [10_100, 10_100])
    await users().insert(pool, newUser())
    assert.equal(await west.repositories.userCounts.estimate(pool), 10_100)
  })

  test('a removed user takes memberships, codes and attempts along', async () => {
    const r = west.repositories
    await users().insert(pool, newUser())
    const moment = { createdAtMs: NOW, modifiedAtMs: NOW, precedence: 1 }
    await r.groups.insert(pool, {
      name: 'g',
      description: undefined,
      roleArn: undefined,
      ...moment,
    })
    await r.groups.addMember(pool, 'g', SUB, NOW)
    await r.groups.addMember(pool, 'g', SUB, NOW)
    await r.groups.addMember(pool, 'g', OTHER_SUB, NOW)
    const members = () => r.groups.members(pool, 'g', { afterSub: undefined, limit: 9 })
    assert.deepEqual(
      (await members()).map((user) => user.sub),
      [SUB],
    )
    await r.failedAttempts.addFailure(pool, SUB, NOW)
    await west.database.query(
      (sql) => sql`
        with of as (select user_pool_id, sub from users where user_pool_id = ${pool.id}),
        app as (
          insert into authenticators (user_pool_id, sub, kind, authenticator_sealed, created_at)
          select user_pool_id, sub, 'TOTP', '', now() from of),
        passkey as (
          insert into passkeys (user_pool_id, credential_hash, sub, passkey_sealed, created_at)
          select user_pool_id, sub::text::bytea, sub, '', now() from of)
        insert into devices (user_pool_id, sub, device_key, device_sealed, created_at, modified_at)
        select user_pool_id, sub, 'device', '', now(), now() from of`,
    )
    assert.equal(await users().remove(pool, SUB), 'removed')
    assert.equal(await users().remove(pool, SUB), 'absent')
    assert.equal((await members()).length, 0)
    assert.equal((await r.failedAttempts.state(pool, SUB)).failures, 0)
    for (const table of USER_TABLES) {
      const left = await west.database.query(
        (sql) => sql`
          select from ${sql(table)} where user_pool_id = ${pool.id} and sub = ${SUB}`,
      )
      assert.equal(left.length, 0, table)
    }
  })
})

/** A row with its bytes as text, to compare buffers with arrays. */
function plain(user: UserRow) {
  const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString('hex')
  return {
    ...user,
    usernameHash: text(user.usernameHash),
    emailHash: text(user.emailHash),
    phoneNumberHash: text(user.phoneNumberHash),
    preferredUsernameHash: text(user.preferredUsernameHash),
    profileSealed: text(user.profileSealed),
    credentialSealed: text(user.credentialSealed),
    factorsSealed: text(user.factorsSealed),
  }
}
