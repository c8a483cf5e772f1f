import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cognitoOperations } from '#contract/cognito.js'
import { ACTIVITY_NAMES, activity } from './activity.js'

describe('activity', () => {
  it('decides about every operation of the API, once', () => {
    assert.deepEqual([...activity.keys()].sort(), [...cognitoOperations.keys()].sort())
    assert.equal(ACTIVITY_NAMES, activity.size)
  })

  it('counts what the guide names, and not what it excludes', () => {
    const counts = (name: string) => activity.get(name)
    for (const name of ['SignUp', 'InitiateAuth', 'AdminGetUser']) assert.equal(counts(name), true)
    for (const name of ['ListUsers', 'AdminResetUserPassword', 'GetUser', 'StartUserImportJob']) {
      assert.equal(counts(name), false, name)
    }
  })
})
