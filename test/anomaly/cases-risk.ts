// Threat protection: pools that have it.
import type { Case } from './cases.js'
import { makeNewPlace, type Place } from './people.js'
import type { Rig } from './rig.js'

export const PROTECTED = {
  UserPoolTier: 'PLUS',
  UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
}

const RANGES = { RiskExceptionConfiguration: { BlockedIPRangeList: ['198.51.100.0/24'] } }

/** A pool with threat protection. */
export function makeProtectedPlace(rig: Rig): Promise<Place> {
  return makeNewPlace(rig, PROTECTED)
}

export const RISK_CASES: Readonly<Record<string, Case>> = {
  DescribeRiskConfiguration: 'reads',
  SetRiskConfiguration: [
    {
      what: 'of a pool',
      prepare: async (rig) => ({
        UserPoolId: (await makeProtectedPlace(rig)).UserPoolId,
        ...RANGES,
      }),
    },
    {
      what: 'of an app client',
      prepare: async (rig) => ({ ...(await makeProtectedPlace(rig)), ...RANGES }),
    },
  ],
}
