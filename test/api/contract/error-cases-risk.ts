// Errors of the operations of threat protection.
import { makePlace } from '../../anomaly/people.js'
import type { Rig } from '../../anomaly/rig.js'
import type { ErrorCase } from './error-case.js'

const NOT_ENABLED = 'User pool add-ons are not enabled.'

/** A pool without the add-on. */
async function makePlain(rig: Rig): Promise<{ readonly UserPoolId: string }> {
  const { UserPoolId } = await makePlace(rig)
  return { UserPoolId }
}

export const RISK_ERROR_CASES: Readonly<Record<string, ErrorCase>> = {
  'DescribeRiskConfiguration UserPoolAddOnNotEnabledException': {
    message: NOT_ENABLED,
    prepare: makePlain,
  },
  'SetRiskConfiguration UserPoolAddOnNotEnabledException': {
    message: NOT_ENABLED,
    prepare: makePlain,
  },
}
