// Usage: what is noted as calls come and go, and what of it is stored. Noting never waits and never
// fails, since a sign-in must not depend on it. Stored counts are absolute, each by the recorder
// that counted it, so that writing them again changes nothing. Rows are runtime rows; readers see
// those of all Regions as one.
import type { Tier } from '#domain/pool/tier.js'
import type { Period } from '#domain/usage/month.js'
import type { Pool } from './capability.js'

/** Which form of its issuer a request asked for; NONE: it asked for no issuer. */
export type IssuerForm = 'ORIGINAL' | 'UPDATED' | 'NONE'

/** What kind of endpoint a request came to. */
export type EndpointKind = 'API' | 'TOKEN' | 'JWKS' | 'DISCOVERY'

/** A request to an endpoint of a pool. */
export interface EndpointCall {
  readonly poolId: string
  /** Undefined where none is known. */
  readonly clientId: string | undefined
  readonly kind: EndpointKind
  readonly issuerForm: IssuerForm
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Where usage is noted. */
export interface UsageNotes {
  /** A user did something that makes an active user. */
  active(pool: Pick<Pool, 'id' | 'tier'>, sub: string): void
  /** An app client got a token of its own. */
  machineToken(poolId: string, clientId: string): void
  /** A request came to an endpoint. */
  call(call: EndpointCall): void
}

/** For processes that meter nothing. */
export const noUsage: UsageNotes = {
  active: () => undefined,
  machineToken: () => undefined,
  call: () => undefined,
}

/** A user who was active in a month. */
export interface ActiveUser {
  readonly poolId: string
  readonly sub: string
  /** Such as `2026-11`. */
  readonly month: string
  readonly tier: Tier
}

/** Tokens that a recorder has counted for an app client in a month, from its beginning on. */
export interface TokenCount {
  readonly poolId: string
  readonly clientId: string
  readonly month: string
  readonly tokens: number
}

/** Requests of a day that are alike. */
export interface EndpointUse {
  readonly poolId: string
  /** Empty where no app client is known. */
  readonly clientId: string
  /** Such as `2026-11-27`. */
  readonly day: string
  readonly kind: EndpointKind
  readonly issuerForm: IssuerForm
  readonly host: string
  readonly userAgent: string
  readonly calls: number
  readonly lastSeenMs: number
}

/** What identifies an endpoint use: all but the counts. */
export type EndpointUseKey = Omit<EndpointUse, 'calls' | 'lastSeenMs'>

/** Writes what recorders noted. Rows of pools that are gone are left out. */
export interface UsageRows {
  /** A user who is there already takes the higher tier. */
  addActiveUsers(users: readonly ActiveUser[]): Promise<void>
  /** A count never falls. */
  raiseTokenCounts(recorderId: string, counts: readonly TokenCount[]): Promise<void>
  raiseEndpointUses(recorderId: string, uses: readonly EndpointUse[]): Promise<void>
  /** Moves the ends of all replicas of this Region's pools on. */
  extendReplicaPeriods(nowMs: number): Promise<void>
}

/** What was metered of a pool in a month, by this Region's knowledge. */
export interface PoolUsage {
  readonly poolId: string
  readonly activeUsers: Readonly<Record<Tier, number>>
  readonly machineClients: readonly { readonly clientId: string; readonly tokens: number }[]
  readonly replicas: readonly { readonly region: string; readonly periods: readonly Period[] }[]
}

/** Reads usage. */
export interface UsageFigures {
  /** Of each of the pools, in their order. */
  ofMonth(month: string, poolIds: readonly string[]): Promise<readonly PoolUsage[]>
  /** The latest days first; `after`: what comes behind this one. */
  endpointUses(page: {
    /** All pools when it is undefined. */
    readonly poolId: string | undefined
    readonly sinceDay: string
    readonly after: EndpointUseKey | undefined
    readonly limit: number
  }): Promise<readonly EndpointUse[]>
}
