// Errors of the operations of threat protection.
import { makeNoticed } from '../../anomaly/cases-risk.js'
import { makePlace, makeUser } from '../../anomaly/people.js'
import type { Rig } from '../../anomaly/rig.js'
import type { ErrorCase } from './error-case.js'

const NOT_ENABLED = 'User pool add-ons are not enabled.'

/** A pool without the add-on. */
async function makePlain(rig: Rig): Promise<{ readonly UserPoolId: string }> {
  const { UserPoolId } = await makePlace(rig)
  return { UserPoolId }
}

async function makePlainUser(rig: Rig) {
  const { UserPoolId, Username } = await makeUser(rig, await makePlace(rig))
  return { UserPoolId, Username }
}

export const RISK_ERROR_CASES: Readonly<Record<string, ErrorCase>> = {
  'UpdateAuthEventFeedback NotAuthorizedException': {
    message: 'Invalid feedback token.',
    prepare: async (rig) => ({ ...(await makeNoticed(rig)), FeedbackToken: '1.a' }),
  },
  'UpdateAuthEventFeedback ResourceNotFoundException': {
    message: 'User pool us-west-2_absent does not exist.',
    prepare: async (rig) => ({ ...(await makeNoticed(rig)), UserPoolId: 'us-west-2_absent' }),
  },
  'UpdateAuthEventFeedback UserNotFoundException': {
    message: 'User does not exist.',
    prepare: async (rig) => {
      const noticed = await makeNoticed(rig)
      const { UserPoolId, Username } = noticed
      await rig.ok('AdminDeleteUser', { UserPoolId, Username })
      return noticed
    },
  },
  'UpdateAuthEventFeedback UserPoolAddOnNotEnabledException': {
    message: NOT_ENABLED,
    prepare: async (rig) => ({
      ...(await makePlainUser(rig)),
      EventId: '11111111-1111-4111-8111-111111111111',
      FeedbackToken: '1.a',
      FeedbackValue: 'Valid',
    }),
  },
  'DescribeRiskConfiguration UserPoolAddOnNotEnabledException': {
    message: NOT_ENABLED,
    prepare: makePlain,
  },
  'AdminListUserAuthEvents UserPoolAddOnNotEnabledException': {
    message: NOT_ENABLED,
    prepare: makePlainUser,
  },
  'AdminUpdateAuthEventFeedback UserPoolAddOnNotEnabledException': {
    message: NOT_ENABLED,
    prepare: async (rig) => ({
      ...(await makePlainUser(rig)),
      EventId: '11111111-1111-4111-8111-111111111111',
      FeedbackValue: 'Valid',
    }),
  },
  'SetRiskConfiguration UserPoolAddOnNotEnabledException': {
    message: NOT_ENABLED,
    prepare: makePlain,
  },
}
