// Triggers of pools that have none: nothing is called, and everything stays as it is.
import type { Triggers } from '#ports/triggers.js'

export const noTriggers: Triggers = {
  preTokenGeneration: ({ claims }) => claims,
}
