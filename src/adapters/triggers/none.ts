// Triggers of pools that have none: nothing is called, and everything stays as it is.
import type { Triggers } from '#ports/triggers.js'

export const noTriggers: Triggers = {
  preSignUp: () => undefined,
  postConfirmation: () => undefined,
  preAuthentication: () => undefined,
  postAuthentication: () => undefined,
  userMigration: () => 'none',
  customMessage: () => undefined,
  preTokenGeneration: ({ claims }) => claims,
}
