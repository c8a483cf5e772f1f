import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cognitoOperations } from '#contract/cognito.js'
import { rateCategories, ratedRequest } from './rate-categories.js'

const NOBODY = { pool: undefined, client: undefined, user: undefined }

describe('rateCategories', () => {
  it('has every operation of the API', () => {
    assert.deepEqual([...rateCategories.keys()].sort(), [...cognitoOperations.keys()].sort())
  })
})

describe('ratedRequest', () => {
  it('counts a new password as a recovery of the account', () => {
    const response = { ChallengeName: 'NEW_PASSWORD_REQUIRED', ChallengeResponses: {} }
    const rated = ratedRequest('RespondToAuthChallenge', response, NOBODY)
    assert.equal(rated?.category, 'UserAccountRecovery')
    assert.equal(rated?.isChallengeResponse, false)
  })

  it('tells responses from sign-ins that begin', () => {
    const response = { ChallengeName: 'SMS_MFA', ChallengeResponses: { USERNAME: 'ada' } }
    assert.deepEqual(ratedRequest('AdminRespondToAuthChallenge', response, NOBODY), {
      category: 'UserAuthentication',
      operation: 'AdminRespondToAuthChallenge',
      poolId: undefined,
      user: { name: 'ada', isWrite: false },
      isChallengeResponse: true,
    })
    const begin = { AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: 'ada' } }
    assert.equal(ratedRequest('InitiateAuth', begin, NOBODY)?.isChallengeResponse, false)
  })

  it('counts for the user whom a call names, and knows who writes', () => {
    const rated = ratedRequest('AdminUpdateUserAttributes', { Username: 'ada' }, NOBODY)
    assert.deepEqual(rated?.user, { name: 'ada', isWrite: true })
    assert.equal(ratedRequest('ListUsers', {}, NOBODY)?.user, undefined)
  })
})
