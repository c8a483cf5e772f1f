import { kmsOperation } from './operation.js'

export const ListKeyPolicies = kmsOperation({
  name: 'ListKeyPolicies',
  key: 'id',
  state: 'any',
  run: () => ({ PolicyNames: ['default'], Truncated: false }),
})
