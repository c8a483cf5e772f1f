// What a key's state allows. KMS developer guide, "Key states of AWS KMS keys", 2026.
import { unreachable } from '#base/assert.js'
import type { KmsKey } from '#ports/kms.js'
import { KmsError } from './errors.js'

/**
 * `enabled`: the key must be usable. `not-pending`: enabled or disabled. `pending`: scheduled for
 * deletion. `any`: reading what is known of a key, or its policy.
 */
export type StateDemand = 'enabled' | 'not-pending' | 'pending' | 'any'

/** Throws DisabledException or KMSInvalidStateException unless the key is as demanded. */
export function demandState(key: KmsKey, arn: string, demand: StateDemand): void {
  const isPending = key.state === 'PendingDeletion' || key.state === 'PendingReplicaDeletion'
  switch (demand) {
    case 'any':
      return
    case 'pending':
      if (isPending) return
      throw new KmsError('KMSInvalidStateException', `${arn} is not pending deletion.`)
    case 'not-pending':
    case 'enabled':
      if (isPending) throw pendingError(key, arn)
      if (demand === 'enabled' && key.state === 'Disabled') {
        throw new KmsError('DisabledException', `${arn} is disabled.`)
      }
      return
    default:
      unreachable(demand)
  }
}

function pendingError(key: KmsKey, arn: string): KmsError {
  const what = key.state === 'PendingDeletion' ? 'pending deletion' : 'pending replica deletion'
  return new KmsError('KMSInvalidStateException', `${arn} is ${what}.`)
}
