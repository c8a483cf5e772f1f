// Triggers of pools that have none: nothing is called, and everything stays as it is.
import type { Triggers } from '#ports/triggers.js'

const AS_ASKED = { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false }

export const noTriggers: Triggers = {
  preSignUp: () => AS_ASKED,
  postConfirmation: () => undefined,
  customMessage: () => undefined,
  preAuthentication: () => undefined,
  postAuthentication: () => undefined,
  userMigration: () => 'none',
  inboundFederation: () => undefined,
  defineAuthChallenge: () => undefined,
  createAuthChallenge: () => undefined,
  verifyAuthChallenge: () => undefined,
  preTokenGeneration: ({ claims }) => claims,
}
