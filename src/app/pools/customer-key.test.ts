import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyArnIn } from '#domain/arn.js'
import type { KeyDescription, KeyService } from '#ports/keys.js'
import { customerKeyProblem } from './customer-key.js'

const arn = 'arn:aws:kms:us-west-2:123456789012:key/mrk-1'

function keyService(change: Partial<KeyDescription> = {}): KeyService {
  const key: KeyDescription = {
    arn,
    isEnabled: true,
    isSymmetric: true,
    isMultiRegion: true,
    regions: ['us-west-2', 'us-east-1'],
    state: 'Enabled',
    ...change,
  }
  return { describe: async () => key } as unknown as KeyService
}

const problem = (change: Partial<KeyDescription>, replicaRegions: readonly string[] = []) =>
  customerKeyProblem(keyService(change), arn, { region: 'us-west-2', replicaRegions })

test('an enabled symmetric key of this Region will do', async () => {
  assert.equal(await problem({}), undefined)
  assert.equal(await problem({ isMultiRegion: false, regions: ['us-west-2'] }), undefined)
  assert.equal(await problem({}, ['us-west-2', 'us-east-1']), undefined)
})

test('aliases, foreign Regions and unusable keys will not', async () => {
  const needs = { region: 'us-west-2', replicaRegions: [] }
  const alias = 'arn:aws:kms:us-west-2:123456789012:alias/mine'
  assert.match((await customerKeyProblem(keyService(), alias, needs)) ?? '', /key ARN/)
  const foreign = keyArnIn('us-east-1', arn)
  assert.match((await customerKeyProblem(keyService(), foreign, needs)) ?? '', /Region us-west-2/)
  assert.match((await problem({ isSymmetric: false })) ?? '', /is in an invalid state.*symmetric/)
  assert.match((await problem({ isEnabled: false, state: 'Disabled' })) ?? '', /Disabled/)
})

test('a pool with a replica needs the key in each of its Regions', async () => {
  const regions = ['us-west-2', 'us-east-1']
  assert.match((await problem({ isMultiRegion: false }, regions)) ?? '', /multi-Region/)
  assert.match((await problem({ regions: ['us-west-2'] }, regions)) ?? '', /us-east-1/)
})
