// Triggers of pools that have none: nothing is called, and everything stays as it is.
import type { Triggers } from '#ports/triggers.js'

export const noTriggers: Triggers = {
  preAuthentication: () => undefined,
  postAuthentication: () => undefined,
  userMigration: () => 'none',
  preTokenGeneration: ({ claims }) => claims,
}
