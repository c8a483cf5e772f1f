import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PasswordPolicy } from '../pool/settings.js'
import { refused } from '../refusal.js'
import type { Credential } from '../user/user.js'
import { credentialFor, temporaryUntilMs } from './new-credential.js'
import { verifyPassword } from './srp.js'

const salt = new Uint8Array(16).fill(1)

function made(policy: PasswordPolicy, password: string, previous?: Credential): Credential {
  const outcome = credentialFor({
    pool: { id: 'us-west-2_x', settings: { passwordPolicy: policy } },
    user: { username: 'ada' },
    password,
    salt,
    previous,
  })
  assert(outcome.kind === 'made', outcome.kind)
  return outcome.credential
}

function refusal(policy: PasswordPolicy, password: string, previous?: Credential) {
  return credentialFor({
    pool: { id: 'us-west-2_x', settings: { passwordPolicy: policy } },
    user: { username: 'ada' },
    password,
    salt,
    previous,
  })
}

test('a credential proves its password, for its pool and user, and no other', () => {
  const credential = made({}, 'correct horse')
  const named = { poolName: 'x', userId: 'ada', ...credential }
  assert.equal(verifyPassword({ ...named, password: 'correct horse' }), true)
  assert.equal(verifyPassword({ ...named, password: 'Correct horse' }), false)
  assert.equal(verifyPassword({ ...named, poolName: 'y', password: 'correct horse' }), false)
  assert.equal('temporaryUntilMs' in credential, false)
})

test('the policy comes before the history', () => {
  const first = made({ minimumLength: 5 }, 'short')
  const policy = { minimumLength: 6, passwordHistorySize: 3 }
  const shortcoming = 'Password did not conform with policy: Password not long enough'
  assert.deepEqual(refusal(policy, 'short', first), refused('password-policy', shortcoming))
})

test('the last passwords may not come back, as many as the policy says', () => {
  const policy = { minimumLength: 6, passwordHistorySize: 2 }
  const first = made(policy, 'password 1')
  const second = made(policy, 'password 2', first)
  const third = made(policy, 'password 3', second)
  for (const old of ['password 3', 'password 2']) {
    assert.deepEqual(refusal(policy, old, third), refused('password-history'), old)
  }
  assert.equal(third.history.length, 1)
  assert.equal(made(policy, 'password 1', third).history.length, 1)
  // Without a history the same password may be set again.
  assert.deepEqual(made({ minimumLength: 6 }, 'password 3', third).history, [])
})

test('a temporary password lasts as long as the pool says, by default seven days', () => {
  const day = 86_400_000
  const until = (days?: number, unused?: number) =>
    temporaryUntilMs(
      {
        passwordPolicy: { temporaryPasswordValidityDays: days },
        unusedAccountValidityDays: unused,
      },
      day,
    )
  assert.equal(until(3, 9), 4 * day)
  assert.equal(until(undefined, 9), 10 * day)
  assert.equal(until(), 8 * day)
  assert.equal(until(0), day)
})
