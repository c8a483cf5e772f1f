// A pool on the wire (UserPoolType).
import type { CognitoOutput } from '#contract/types.js'
import { globalTable, regionalTable } from '#domain/pool/settings.js'
import type { Pool } from '#ports/capability.js'
import type { Domain, Domains } from '#ports/directory.js'
import type { RegionalDomains } from '#ports/regional.js'
import { describedSettings } from '../settings.js'
import { describedKey } from './key-configuration.js'

type UserPoolShape = NonNullable<CognitoOutput<'DescribeUserPool'>['UserPool']>

interface PoolDescription {
  readonly arn: string
  readonly users: number
  readonly domains: readonly Domain[]
}

export function toUserPoolShape(pool: Pool, description: PoolDescription): UserPoolShape {
  const shape = {
    ...describedSettings(globalTable, pool.settings),
    ...describedSettings(regionalTable, pool.regionalSettings),
    Id: pool.id,
    Name: pool.name,
    LastModifiedDate: new Date(pool.modifiedAtMs),
    CreationDate: new Date(pool.createdAtMs),
    EstimatedNumberOfUsers: description.users,
    UserPoolTags: pool.tags,
    Domain: description.domains[0]?.domain,
    Arn: description.arn,
    UserPoolTier: pool.tier,
    KeyConfiguration: describedKey(pool),
    IssuerConfiguration: { Type: pool.issuerType },
  }
  // Settings are stored as they came through the contract, so their values are the wire's.
  return shape as UserPoolShape
}

/** Domains that the serving Region describes: prefix domains are each Region's own. */
export function ownDomains(
  ctx: { readonly domains: Domains; readonly regionalDomains: RegionalDomains },
  pool: Pool,
): Promise<readonly Domain[]> {
  return pool.role === 'PRIMARY' ? ctx.domains.list(pool) : ctx.regionalDomains.list(pool)
}
