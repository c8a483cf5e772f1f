import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TRIGGER_NAMES } from './lambda-config.js'
import { sampleEvent } from './sample-event.js'

const ORIGIN = { region: 'us-west-2', poolId: 'us-west-2_Pool' }

test('each trigger has an event with the members of a real one', () => {
  for (const name of TRIGGER_NAMES) {
    const event = sampleEvent(name, { ...ORIGIN, version: '1' })
    assert.deepEqual(Object.keys(event), [
      'version',
      'triggerSource',
      'region',
      'userPoolId',
      'userName',
      'callerContext',
      'request',
      'response',
    ])
    assert.equal(event['region'], 'us-west-2')
    assert.equal(event['userPoolId'], 'us-west-2_Pool')
    const own = name === 'PreTokenGeneration' ? 'TokenGeneration' : name
    assert.match(String(event['triggerSource']), new RegExp(`^${own}_[A-Za-z]+$`))
  }
})

test('later versions of the token event have scopes, and ask for another response', () => {
  const first = sampleEvent('PreTokenGeneration', { ...ORIGIN, version: '1' })
  assert.deepEqual(first['response'], { claimsOverrideDetails: null })
  assert.ok(!('scopes' in (first['request'] as object)))
  const second = sampleEvent('PreTokenGeneration', { ...ORIGIN, version: '2' })
  assert.equal(second['version'], '2')
  assert.deepEqual(second['response'], { claimsAndScopeOverrideDetails: null })
  assert.ok('scopes' in (second['request'] as object))
})
