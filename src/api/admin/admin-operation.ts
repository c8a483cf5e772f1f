// Operations of Twinpool itself (`TwinpoolService.*`): what the commands and the edge ask of a
// Region. They stand beside the user pools API, whose meaning they never change.

import { ApiError } from '#api/protocol/errors.js'
import type { IamCaller } from '#api/protocol/request.js'
import type { AuditTrail } from '#app/audit/trail.js'
import type { OneTimeLinks } from '#app/console/links.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { ServiceSeal } from '#app/crypto/service-seal.js'
import type { Deliveries } from '#app/messages/deliveries.js'
import type { VerifyNow } from '#app/replication/verify-now.js'
import type { Alarm } from '#domain/alarm/alarms.js'
import type { IssuerType } from '#domain/pool/settings.js'
import type { Prices } from '#domain/usage/charges.js'
import type { Pool } from '#ports/capability.js'
import type { Domains, Pools } from '#ports/directory.js'
import type { KeyHealthRecords } from '#ports/key-health.js'
import type { KeyService } from '#ports/keys.js'
import type { LogDeliveryTest } from '#ports/log-delivery.js'
import type { NodeRuntime } from '#ports/node-runtime.js'
import type { Nodes } from '#ports/nodes.js'
import type { Outbox, RegionalDomains } from '#ports/regional.js'
import type { PeerLag, ReplicaReport } from '#ports/replication.js'
import type { ReplicationSamples } from '#ports/replication-samples.js'
import type { AccessKeys } from '#ports/runtime.js'
import type { TriggerFunctions } from '#ports/trigger-functions.js'
import type { UsageFigures } from '#ports/usage.js'
import type { UserImports } from '#ports/user-imports.js'

/** What these operations may use. */
export interface AdminServices extends NodeRuntime {
  readonly pools: Pick<Pools, 'find' | 'page'>
  readonly domains: Pick<Domains, 'resolve' | 'list'>
  readonly regionalDomains: Pick<RegionalDomains, 'list'>
  /** A pool's settings of this Region, as the user pools API spells them. */
  readonly regionalShape: (pool: Pool) => Readonly<Record<string, unknown>>
  /** Both issuers of the pool; absent for a pool of a Region that is not ours. */
  readonly issuersOf: (pool: Pool) => Readonly<Record<IssuerType, string>> | undefined
  readonly accessKeys: AccessKeys
  readonly serviceSeal: ServiceSeal
  readonly poolKeys: PoolKeys
  readonly keyService: KeyService
  readonly keyHealth: KeyHealthRecords
  readonly outbox: Pick<Outbox, 'list'>
  readonly deliveries: Deliveries
  readonly logDelivery: LogDeliveryTest
  readonly userImports: Pick<UserImports, 'find' | 'page' | 'log'>
  readonly usageRows: UsageFigures
  readonly usagePrices: Prices
  /** The customer's functions. */
  readonly functions: TriggerFunctions
  /** Figures of every replica that this Region knows. */
  readonly replicationReport: () => Promise<readonly ReplicaReport[]>
  /** Comparison with other Regions on demand. */
  readonly verifyNow: VerifyNow
  /** Lag of every other Region. */
  readonly peerLag: () => Promise<readonly PeerLag[]>
  readonly nodes: Pick<Nodes, 'list'>
  readonly replicationSamples: Pick<ReplicationSamples, 'since'>
  /** What is wrong with this Region now. */
  readonly alarms: () => Promise<readonly Alarm[]>
  /** What administrators did here. */
  readonly trail: AuditTrail
  /** Links into the console. */
  readonly oneTimeLinks: OneTimeLinks
  /** Called after an access key changed here. */
  readonly accessKeysChanged: () => void
}

export interface AdminOperation {
  readonly name: string
  run(
    services: AdminServices,
    input: AdminInput,
    caller: IamCaller,
  ): Promise<Readonly<Record<string, unknown>>>
}

/** Members of a request, each checked as it is read. */
export class AdminInput {
  readonly #members: Readonly<Record<string, unknown>>

  constructor(members: Readonly<Record<string, unknown>>) {
    this.#members = members
  }

  text(name: string, lengthMax: number): string {
    const value = this.optionalText(name, lengthMax)
    if (value === undefined) throw invalid(`${name} is missing.`)
    return value
  }

  optionalText(name: string, lengthMax: number): string | undefined {
    const value = this.#members[name] ?? undefined
    if (value === undefined) return undefined
    if (typeof value !== 'string' || value === '') throw invalid(`${name} must be a text.`)
    if (value.length > lengthMax) {
      throw invalid(`${name} must not be longer than ${lengthMax} characters.`)
    }
    return value
  }

  /** Texts of a list; undefined where there is none. */
  texts(
    name: string,
    { countMax, lengthMax }: { readonly countMax: number; readonly lengthMax: number },
  ): readonly string[] | undefined {
    const value = this.#members[name] ?? undefined
    if (value === undefined) return undefined
    if (!Array.isArray(value) || value.length > countMax) {
      throw invalid(`${name} must be a list of ${countMax} texts at most.`)
    }
    return value.map((each: unknown) => {
      if (typeof each !== 'string' || each === '' || each.length > lengthMax) {
        throw invalid(`${name} must have texts of 1 to ${lengthMax} characters.`)
      }
      return each
    })
  }

  flag(name: string): boolean {
    const value = this.#members[name] ?? false
    if (typeof value !== 'boolean') throw invalid(`${name} must be true or false.`)
    return value
  }

  count(name: string, options: { fallback: number; max: number }): number {
    const value = this.#members[name] ?? options.fallback
    if (!Number.isSafeInteger(value) || Number(value) < 1 || Number(value) > options.max) {
      throw invalid(`${name} must be a whole number from 1 to ${options.max}.`)
    }
    return Number(value)
  }
}

/** The caller gave something that cannot be. */
export function invalid(message: string, cause?: unknown): ApiError {
  return new ApiError('InvalidParameterException', message, { cause })
}

/** Epoch seconds: the form of timestamps in AWS JSON. */
export function toTimestamp(atMs: number): number
export function toTimestamp(atMs: number | undefined): number | undefined
export function toTimestamp(atMs: number | undefined): number | undefined {
  return atMs === undefined ? undefined : atMs / 1000
}
