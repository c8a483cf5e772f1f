// Values that only a check can make. A handler that holds a PrimaryPool has been through the check
// that this Region owns the pool, and every write to the directory asks for one: an operation that
// could write the directory on a secondary does not compile.
import type { GlobalSettings, IssuerType, RegionalSettings } from '#domain/pool/settings.js'
import type { Tier } from '#domain/pool/tier.js'
import type { ReplicaStatus } from '#domain/replica/machine.js'

declare const primary: unique symbol
declare const regional: unique symbol

/** A pool as this Region sees it: global settings of the primary, regional ones of this Region. */
export interface Pool {
  readonly id: string
  readonly name: string
  /** The Region that serves the call. */
  readonly region: string
  /** The Region that owns the directory. */
  readonly primaryRegion: string
  /** The Region that the pool was made in, which its ORIGINAL issuer and its data keys name. */
  readonly homeRegion: string
  /** All Regions the pool lives in, the primary first, whatever their status. */
  readonly replicaRegions: readonly string[]
  readonly role: 'PRIMARY' | 'SECONDARY'
  /** Status of this Region's replica; ACTIVE on the primary. */
  readonly status: ReplicaStatus
  readonly tier: Tier
  readonly issuerType: IssuerType
  /** ARN of the customer managed key in the primary Region; absent: the service's own key. */
  readonly kmsKeyArn: string | undefined
  readonly settings: GlobalSettings
  readonly regionalSettings: RegionalSettings
  readonly tags: Readonly<Record<string, string>>
  readonly createdAtMs: number
  readonly modifiedAtMs: number
}

/** A pool whose directory rows this Region may write. */
export interface PrimaryPool extends Pool {
  readonly [primary]: true
}

/** A pool whose regional rows this Region may write: any pool that lives here. */
export interface RegionalPool extends Pool {
  readonly [regional]: true
}

/** The check that this Region owns the pool's rows. The only maker of a PrimaryPool. */
export function asPrimary(pool: Pool): PrimaryPool | undefined {
  return pool.role === 'PRIMARY' && pool.region === pool.primaryRegion
    ? (pool as PrimaryPool)
    : undefined
}

/** The check that the pool lives in this Region. The only maker of a RegionalPool. */
export function asRegional(pool: Pool): RegionalPool | undefined {
  return pool.replicaRegions.includes(pool.region) ? (pool as RegionalPool) : undefined
}
