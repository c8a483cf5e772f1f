// Errors of limits.
import type { ErrorCase } from './error-case.js'

const limit = (Category: string, more: object = {}) => ({
  LimitDefinition: { LimitClass: 'API_CATEGORY', Attributes: { Category } },
  ...more,
})
const ABSENT = 'Limit category UserDeletion does not exist.'

/** By operation and error. */
export const LIMIT_ERROR_CASES: Readonly<Record<string, ErrorCase>> = {
  'GetProvisionedLimit ResourceNotFoundException': {
    message: ABSENT,
    prepare: async () => limit('UserDeletion'),
  },
  'UpdateProvisionedLimit ResourceNotFoundException': {
    message: ABSENT,
    prepare: async () => limit('UserDeletion', { RequestedLimitValue: 60 }),
  },
  'UpdateProvisionedLimit ServiceQuotaExceededException': {
    message: 'RequestedLimitValue must not be more than the maximum of this account, 500.',
    prepare: async () => limit('UserCreation', { RequestedLimitValue: 501 }),
  },
}
