// Limits of the account.
import type { Case } from './cases.js'

const LimitDefinition = { LimitClass: 'API_CATEGORY', Attributes: { Category: 'UserCreation' } }

export const LIMIT_CASES: Readonly<Record<string, Case>> = {
  GetProvisionedLimit: 'reads',
  UpdateProvisionedLimit: [{ prepare: async () => ({ LimitDefinition, RequestedLimitValue: 60 }) }],
}
