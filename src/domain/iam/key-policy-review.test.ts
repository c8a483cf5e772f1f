import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyPolicyStatements } from '../pool/key-policy.js'
import { type KeyPolicySubject, reviewKeyPolicy } from './key-policy-review.js'

const ACCOUNT = '123456789012'
const ALICE = `arn:aws:iam::${ACCOUNT}:user/alice`
const POOL = { poolId: 'us-west-2_abc', homeRegion: 'us-west-2' }
const OTHER = { poolId: 'us-west-2_xyz', homeRegion: 'us-west-2' }
const SUBJECT: KeyPolicySubject = {
  accountId: ACCOUNT,
  region: 'us-east-1',
  keyArn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef`,
  callerArn: ALICE,
  pools: [POOL, OTHER],
}
const ADMINISTRATORS = {
  Sid: 'Administrators',
  Effect: 'Allow',
  Principal: { AWS: ALICE },
  Action: ['kms:PutKeyPolicy', 'kms:GetKeyPolicy'],
  Resource: '*',
}

const textOf = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2)

const review = (text: string, subject: Partial<KeyPolicySubject> = {}) =>
  reviewKeyPolicy(text, { ...SUBJECT, ...subject })

describe('the review of a key policy', () => {
  test('finds nothing in one that serves its pools and its administrator', () => {
    const regions = ['us-west-2', 'us-east-1']
    const statements = [POOL, OTHER].flatMap(({ poolId }) =>
      keyPolicyStatements({ accountId: ACCOUNT, poolId, regions }),
    )
    const found = review(textOf(ADMINISTRATORS, ...statements))
    assert.deepEqual(found, { faults: [], locksOut: false, kept: [] })
    const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` }
    const byAccount = textOf({ ...ADMINISTRATORS, Principal: root, Action: 'kms:*' })
    assert.deepEqual(review(byAccount), { faults: [], locksOut: false, kept: [] })
  })

  test('names the pools that the policy keeps from the key', () => {
    const { poolId } = POOL
    const regions = ['us-west-2', 'us-east-1']
    const [cryptography, ...rest] = keyPolicyStatements({ accountId: ACCOUNT, poolId, regions })
    assert.ok(cryptography)
    const found = review(textOf(ADMINISTRATORS, cryptography, ...rest))
    assert.deepEqual(found.kept, [
      { poolId: OTHER.poolId, actions: ['kms:Encrypt', 'kms:Decrypt'] },
    ])
    const all = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey']
    assert.deepEqual(review(textOf(ADMINISTRATORS), { pools: [POOL] }).kept, [
      { poolId, actions: all },
    ])
    const elsewhere = keyPolicyStatements({ accountId: ACCOUNT, poolId, regions: ['us-east-1'] })
    const kept = review(textOf(ADMINISTRATORS, ...elsewhere), { pools: [POOL] }).kept
    assert.deepEqual(kept, [{ poolId, actions: ['kms:Encrypt', 'kms:Decrypt'] }])
  })

  test('says when the author could not change it again', () => {
    assert.equal(review(textOf(ADMINISTRATORS)).locksOut, false)
    assert.equal(review(textOf(ADMINISTRATORS), { callerArn: `${ALICE}2` }).locksOut, true)
    const deny = { ...ADMINISTRATORS, Effect: 'Deny', Principal: '*' }
    assert.equal(review(textOf(ADMINISTRATORS, deny)).locksOut, true)
  })

  test('says on which line it is no policy', () => {
    const faultsOf = (text: string) =>
      review(text).faults.map(({ line, message }) => `${line} ${message}`)
    assert.deepEqual(
      faultsOf('{\n  "Statement": [,]\n}').map((text) => text.slice(0, 17)),
      ['2 A value is miss'],
    )
    const wrong = textOf({ ...ADMINISTRATORS, Effect: 'allow' }, ADMINISTRATORS, {
      ...ADMINISTRATORS,
      Sid: 'Second',
      Principal: { AWS: 'alice' },
    })
    assert.deepEqual(faultsOf(wrong), [
      '6 A Statement needs the Effect Allow or Deny. (Administrators)',
      '31 The principal alice is not an account, user or role. (Second)',
    ])
    assert.deepEqual(faultsOf('{"Version": "2020-01-01", "Statement": []}'), [
      '1 The Version must be 2012-10-17 or 2008-10-17.',
    ])
    assert.deepEqual(faultsOf('[]'), ['1 The policy must be a JSON object.'])
    assert.deepEqual(faultsOf('{"Statement": 1}'), ['1 A Statement must be a JSON object.'])
  })
})
