import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyChoiceOf } from './key-choice.js'

const arnIn = (region: string) => `arn:aws:kms:${region}:123456789012:key/mrk-1`
const KEY = {
  KeyId: 'mrk-1',
  Arn: arnIn('us-west-2'),
  Description: 'people',
  KeyManager: 'CUSTOMER',
  KeySpec: 'SYMMETRIC_DEFAULT',
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyState: 'Enabled',
  MultiRegion: true,
  MultiRegionConfiguration: {
    MultiRegionKeyType: 'REPLICA',
    PrimaryKey: { Arn: arnIn('us-east-1'), Region: 'us-east-1' },
    ReplicaKeys: [{ Arn: arnIn('us-west-2'), Region: 'us-west-2' }],
  },
}

describe('a key for a pool with a replica', () => {
  test('may be chosen when it is symmetric, enabled and of several Regions', () => {
    assert.deepEqual(keyChoiceOf(KEY), {
      arn: arnIn('us-west-2'),
      keyId: 'mrk-1',
      regions: ['us-east-1', 'us-west-2'],
      primaryRegion: 'us-east-1',
      description: 'people',
      reason: undefined,
    })
  })

  test('may not be chosen otherwise, and says why', () => {
    const reasons: readonly (readonly [object, RegExp])[] = [
      [{ MultiRegion: false, MultiRegionConfiguration: undefined }, /single-Region key/],
      [{ KeyState: 'Disabled' }, /state is Disabled/],
      [{ KeyState: 'PendingDeletion' }, /state is PendingDeletion/],
      [{ KeySpec: 'RSA_2048' }, /not a symmetric/],
      [{ KeyUsage: 'GENERATE_VERIFY_MAC' }, /not a symmetric/],
      [{ KeyManager: 'AWS' }, /managed by a service/],
    ]
    for (const [change, reason] of reasons) {
      assert.match(keyChoiceOf({ ...KEY, ...change }).reason ?? '', reason)
    }
  })

  test('of a single Region lives in that of its ARN', () => {
    const single = { ...KEY, MultiRegion: false, MultiRegionConfiguration: undefined }
    assert.deepEqual(keyChoiceOf(single).regions, ['us-west-2'])
    assert.equal(keyChoiceOf(single).primaryRegion, undefined)
  })
})
