// What a key's state allows. KMS developer guide, "Key states of AWS KMS keys", 2026.
import { unreachable } from '#base/assert.js'
import type { KmsKey } from '#ports/kms.js'
import { KmsError } from './errors.js'

/**
 * `enabled`: the key must be usable. `not-pending`: enabled or disabled. `pending`: scheduled for
 * deletion. `any`: reading what is known of a key, or its policy.
 */
export type StateRequirement = 'enabled' | 'not-pending' | 'pending' | 'any'

/** Throws DisabledException or KMSInvalidStateException unless the key is in the required state. */
export function requireState(key: KmsKey, arn: string, requirement: StateRequirement): void {
  const isPending = key.state === 'PendingDeletion' || key.state === 'PendingReplicaDeletion'
  switch (requirement) {
    case 'any':
      return
    case 'pending':
      if (isPending) return
      throw new KmsError('KMSInvalidStateException', `${arn} is not pending deletion.`)
    case 'not-pending':
    case 'enabled':
      if (isPending) throw pendingError(key, arn)
      if (requirement === 'enabled' && key.state === 'Disabled') {
        throw new KmsError('DisabledException', `${arn} is disabled.`)
      }
      return
    default:
      unreachable(requirement)
  }
}

function pendingError(key: KmsKey, arn: string): KmsError {
  const what = key.state === 'PendingDeletion' ? 'pending deletion' : 'pending replica deletion'
  return new KmsError('KMSInvalidStateException', `${arn} is ${what}.`)
}

/** The waiting time of a deletion when the caller says nothing. */
export const WINDOW_DAYS = 30
const DAY_MS = 86_400_000

/** When a key ends. For a primary with replicas the time begins when the last one is gone. */
export function deletionAt(nowMs: number, windowDays: number): number {
  return nowMs + windowDays * DAY_MS
}
