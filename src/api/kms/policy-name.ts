// A key has one policy, and its name is always the same.
import { KmsError } from '#kms/errors.js'

export function requireDefaultPolicyName(name: string | undefined): void {
  if (name === undefined || name === 'default') return
  throw new KmsError('NotFoundException', 'No such policy exists')
}
