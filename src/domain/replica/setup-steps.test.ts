import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { nextStep, type SetupFacts, setupSteps } from './setup-steps.js'

const MRK = 'arn:aws:kms:us-west-2:123456789012:key/mrk-1'
const NEW: SetupFacts = {
  primaryRegion: 'us-west-2',
  isPrimaryUp: true,
  tier: 'ESSENTIALS',
  issuerType: 'ORIGINAL',
  kmsKeyArn: undefined,
  eligibleRegions: [],
  replica: undefined,
}
const WITH_KEY: SetupFacts = { ...NEW, kmsKeyArn: MRK, eligibleRegions: ['us-east-1'] }

const statesOf = (facts: SetupFacts) => setupSteps(facts).map(({ state }) => state)
const textsOf = (facts: SetupFacts) => setupSteps(facts).map(({ text }) => text)
const withReplica = (status: 'CREATING' | 'INACTIVE' | 'ACTIVE' | 'DELETING'): SetupFacts => ({
  ...WITH_KEY,
  issuerType: 'UPDATED',
  eligibleRegions: [],
  replica: { region: 'us-east-1', status },
})

describe('the steps to a replica', () => {
  test('begin with the key, which the Region waits for', () => {
    assert.deepEqual(statesOf(NEW), ['open', 'open', 'blocked'])
    assert.equal(textsOf(NEW)[2], 'The key comes first.')
    assert.equal(nextStep(setupSteps(NEW)), 'key')
  })

  test('go on with the issuer once another Region holds the key', () => {
    assert.deepEqual(statesOf(WITH_KEY), ['done', 'open', 'open'])
    assert.equal(nextStep(setupSteps(WITH_KEY)), 'issuer')
    const updated = { ...WITH_KEY, issuerType: 'UPDATED' } as const
    assert.equal(nextStep(setupSteps(updated)), 'region')
  })

  test('stay at the key while it is of one Region, or no other Region holds it', () => {
    const single = { ...NEW, kmsKeyArn: MRK.replace('mrk-', '') }
    assert.deepEqual(statesOf(single), ['started', 'open', 'blocked'])
    assert.match(textsOf(single)[0] ?? '', /single-Region key/)
    const alone = { ...NEW, kmsKeyArn: MRK }
    assert.match(textsOf(alone)[0] ?? '', /no other Region holds it/)
  })

  test('follow the status of the replica to the end', () => {
    const states = (['CREATING', 'INACTIVE', 'ACTIVE', 'DELETING'] as const).map(
      (status) => statesOf(withReplica(status))[2],
    )
    assert.deepEqual(states, ['started', 'started', 'done', 'blocked'])
    assert.equal(nextStep(setupSteps(withReplica('ACTIVE'))), undefined)
  })

  test('wait for a primary Region that does not respond, but for what is done', () => {
    const away = { ...NEW, isPrimaryUp: false, eligibleRegions: undefined }
    assert.deepEqual(statesOf(away), ['blocked', 'blocked', 'blocked'])
    assert.match(textsOf(away)[0] ?? '', /us-west-2 does not respond/)
    const replicated = { ...withReplica('ACTIVE'), isPrimaryUp: false, eligibleRegions: undefined }
    assert.deepEqual(statesOf(replicated), ['done', 'done', 'done'])
  })

  test('need a plan that has replicas', () => {
    assert.deepEqual(statesOf({ ...NEW, tier: 'LITE' }), ['blocked', 'open', 'blocked'])
  })

  test('are blocked where no Region is left for a replica', () => {
    const none = { ...WITH_KEY, eligibleRegions: [] }
    assert.equal(statesOf(none)[2], 'blocked')
  })
})
