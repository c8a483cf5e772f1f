// Where each error that an operation declares is seen with its exact message, or why it is not.
import { CASES } from '../../anomaly/cases.js'
import { ERROR_CASES } from './error-cases.js'
import { PAIR_REASONS, REASONS } from './error-reasons.js'
import type { Implemented } from './stage.js'

/** Operations that have a member, so that what is true of all of them is tried of each. */
export const has = ({ schema }: Implemented, name: string) =>
  schema.input.members.some((member) => member.name === name)

/** Operations that need another Region, and where they succeed. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  CreateUserPoolReplica: 'test/api/cognito/replicas',
  UpdateUserPoolReplica: 'test/api/cognito/replicas',
  DeleteUserPoolReplica: 'test/api/cognito/replicas',
}

/** Operations that cannot be called for another pool than their own, and why. */
export const OF_NO_OTHER_POOL: Readonly<Record<string, string>> = {
  CreateUserPool: 'about no pool',
  ListUserPools: 'about no pool',
  GetProvisionedLimit: 'about the account',
  UpdateProvisionedLimit: 'about the account',
  DescribeUserPoolDomain: 'a domain is of one pool, and the only thing named',
  ListTagsForResource: 'the ARN names the pool and nothing in it',
  TagResource: 'the ARN names the pool and nothing in it',
  UntagResource: 'the ARN names the pool and nothing in it',
  DeleteUserPool: 'about nothing but the pool',
  CreateUserPoolReplica: 'needs a second Region',
  UpdateUserPoolReplica: 'needs a second Region',
  DeleteUserPoolReplica: 'needs a second Region',
}

/** The member that is another pool's in foreign.test.ts; the ID where there are several. */
export function foreignMemberOf(
  one: Implemented,
): 'UserPoolId' | 'ClientId' | 'AccessToken' | undefined {
  const { auth, name } = one.operation
  if (name in OF_NO_OTHER_POOL) return undefined
  if (auth === 'iam') return has(one, 'UserPoolId') ? 'UserPoolId' : undefined
  if (auth === 'public' && has(one, 'ClientId')) return 'ClientId'
  if (auth === 'public') return has(one, 'UserPoolId') ? 'UserPoolId' : undefined
  return has(one, 'AccessToken') ? 'AccessToken' : undefined
}

/** In words; undefined when nobody looks for the error. */
export function evidenceOf(one: Implemented, error: string): string | undefined {
  const pair = pairOf(one, error)
  if (pair in ERROR_CASES) return 'a case of its own'
  const reason = PAIR_REASONS[pair] ?? REASONS[error]
  const given = typeof reason === 'function' ? reason(one) : reason
  return given ?? derivedFor(one, error)
}

export function pairOf({ operation }: Implemented, error: string): string {
  return `${operation.name} ${error}`
}

function derivedFor(one: Implemented, error: string): string | undefined {
  const { auth, region } = one.operation
  const isByToken = /token/.test(auth)
  switch (error) {
    case 'InvalidParameterException':
      return one.schema.input.members.length > 0 ? 'constraints' : undefined
    case 'NotAuthorizedException':
      return isByToken ? 'callers: every kind of token' : undefined
    case 'UserNotFoundException':
      if (isByToken) return 'callers: the user was deleted'
      return auth === 'iam' && takesName(one) ? 'errors: nobody has the name' : undefined
    case 'ResourceNotFoundException':
      if (auth === 'public') return has(one, 'ClientId') ? 'callers: no such client' : undefined
      return has(one, 'UserPoolId') && region !== 'account' ? 'callers: no such pool' : undefined
    case 'InvalidLambdaResponseException':
    case 'UnexpectedLambdaException':
    case 'UserLambdaValidationException':
      return callsFunctions(one) ? 'errors: functions that fail' : undefined
    default:
      return undefined
  }
}

/** Whether the operation is about a user whose name is a member. */
export function takesName(one: Implemented): boolean {
  const isRead = CASES[one.operation.name] === 'reads'
  return has(one, 'Username') && (isRead || one.operation.name !== 'AdminCreateUser')
}

/** Whether the operation calls functions of the customer. */
export function callsFunctions({ schema, operation }: Implemented): boolean {
  return (
    schema.errors.includes('UserLambdaValidationException') &&
    !(`${operation.name} UserLambdaValidationException` in PAIR_REASONS)
  )
}
