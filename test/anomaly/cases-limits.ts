// Limits of the account.
import type { Case } from './cases.js'

const LimitDefinition = { LimitClass: 'API_CATEGORY', Attributes: { Category: 'UserCreation' } }

export const LIMIT_CASES: Readonly<Record<string, Case>> = {
  GetProvisionedLimit: 'reads',
  UpdateProvisionedLimit: [
    {
      // The Region has one limit for the category, so each try begins from a known one.
      prepare: async (rig) => {
        await rig.ok('UpdateProvisionedLimit', { LimitDefinition, RequestedLimitValue: 60 })
        return { LimitDefinition, RequestedLimitValue: 61 }
      },
    },
  ],
}
