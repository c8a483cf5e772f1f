// ARNs of user pools and of KMS keys. A pool and a multi-Region key have one in each of their
// Regions, which differ in the Region only. Operations about one pool are authorised on its ARN in
// the Region that serves the call, and what denies it by its ARN in the primary Region denies it
// everywhere (`iam/policy.ts`); operations about the account and look-ups by domain on `*`.
// Service authorization reference, "Amazon Cognito User Pools" and "AWS KMS", 2026.

/** The Region and account of an ARN. */
export interface ArnScope {
  /** The Region that serves, which need not be the primary. */
  readonly region: string
  readonly accountId: string
}

/** The ARN of a pool. */
export function poolArn({ region, accountId }: ArnScope, poolId: string): string {
  return `arn:aws:cognito-idp:${region}:${accountId}:userpool/${poolId}`
}

/** The ID of the pool that an ARN names; undefined for other scopes and other resources. */
export function poolIdOfArn(scope: ArnScope, arn: string): string | undefined {
  const prefix = poolArn(scope, '')
  const poolId = arn.startsWith(prefix) ? arn.slice(prefix.length) : ''
  return /^[\w-]+$/.test(poolId) ? poolId : undefined
}

/** The ARN of a KMS key. */
export function keyArn({ region, accountId }: ArnScope, keyId: string): string {
  return `arn:aws:kms:${region}:${accountId}:key/${keyId}`
}

/** The ARN of an alias of a KMS key. `aliasName` starts with `alias/`. */
export function aliasArn({ region, accountId }: ArnScope, aliasName: string): string {
  return `arn:aws:kms:${region}:${accountId}:${aliasName}`
}

/** What the ARN of a KMS key says. */
export interface KeyName {
  readonly region: string
  readonly keyId: string
}

const KEY_ARN = /^arn:[\w-]+:kms:([\w-]+):\d{12}:key\/([\w-]+)$/

/** Reads the ARN of a KMS key, in any partition; undefined for everything else, aliases too. */
export function parseKeyArn(arn: string): KeyName | undefined {
  const [, region, keyId] = KEY_ARN.exec(arn) ?? []
  return region === undefined || keyId === undefined ? undefined : { region, keyId }
}

/** The ID of a multi-Region key says so. */
export function isMultiRegionKeyId(keyId: string): boolean {
  return keyId.startsWith('mrk-')
}

/** The ARN of a multi-Region key's replica in another Region. */
export function keyArnIn(region: string, arn: string): string {
  const parts = arn.split(':')
  parts[3] = region
  return parts.join(':')
}
