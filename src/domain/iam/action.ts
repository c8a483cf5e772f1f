// What a policy speaks of: the action of an operation and the ARN of a pool. Operations about one
// pool are authorised on that pool's ARN in the Region that serves the call, and what denies it by
// its ARN in the primary Region denies it everywhere (`policy.ts`); operations about the account
// (CreateUserPool, ListUserPools) and look-ups by domain on `*`.
// Service authorization reference, "Amazon Cognito User Pools", 2026.

/** The action that a policy must allow for an operation. */
export function actionOf(operation: string): string {
  return `cognito-idp:${operation}`
}

/** Where a pool is, as an ARN says it. */
export interface ArnScope {
  /** The Region that serves, which need not be the primary. */
  readonly region: string
  readonly accountId: string
}

/** The ARN of a pool. */
export function poolArn(scope: ArnScope, poolId: string): string {
  return `arn:aws:cognito-idp:${scope.region}:${scope.accountId}:userpool/${poolId}`
}

/** The ID of the pool that an ARN names; undefined for other places and other resources. */
export function poolIdOfArn(scope: ArnScope, arn: string): string | undefined {
  const prefix = poolArn(scope, '')
  const poolId = arn.startsWith(prefix) ? arn.slice(prefix.length) : ''
  return /^[\w-]+$/.test(poolId) ? poolId : undefined
}
