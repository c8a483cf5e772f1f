// Settings between the wire and the tables of the domain: which of them a request gives, how they
// are described, and the errors for those that a tier lacks or that are not built.

import { isDeepStrictEqual } from 'node:util'
import { ApiError } from '#api/protocol/errors.js'
import { toCamel, toPascal } from '#contract/case.js'
import { clientMembers, clientTable } from '#domain/client/settings.js'
import { domainMembers } from '#domain/pool/domain.js'
import { globalTable, poolMembers, regionalTable } from '#domain/pool/settings.js'
import type { Tier } from '#domain/pool/tier.js'
import {
  decisionAt,
  refusedSetting,
  type SettingDecision,
  type SettingDecisions,
} from '#domain/settings/decisions.js'
import {
  decisionsOf,
  type GivenSettings,
  mutableMembers,
  type Setting,
  type SettingTable,
  tierLack,
  tierRefusal,
} from '#domain/settings/table.js'

type Structure = Readonly<Record<string, unknown>>
export type SettingOwner = 'pool' | 'client' | 'domain'

const decisions: Readonly<Record<SettingOwner, SettingDecisions>> = {
  pool: { ...decisionsOf(regionalTable), ...decisionsOf(globalTable), ...poolMembers },
  client: { ...decisionsOf(clientTable), ...clientMembers },
  domain: domainMembers,
}

/** The settings of the table that a request gives, by their inner names. */
export function givenSettings(table: SettingTable, request: object): GivenSettings {
  const given: Record<string, unknown> = {}
  for (const [name, row] of Object.entries(table)) {
    const value = row.isComputed ? undefined : givenValue(row, request)
    if (value !== undefined) given[name] = value
  }
  return given
}

function givenValue(row: Setting, request: object): unknown {
  const value = valueAt(request, row.wire)
  const { memberNames } = row
  const inner = toCamel(memberNames ? renamed(value, inverse(memberNames)) : value)
  const older = Object.entries(row.olderNames ?? {})
    .map(([wire, member]) => [member, valueAt(request, wire)] as const)
    .filter(([, text]) => text !== undefined)
  return older.length === 0 ? inner : { ...Object.fromEntries(older), ...(inner as object) }
}

/** The settings as members of a description. */
export function describedSettings(table: SettingTable, settings: object): Structure {
  const values = settings as Structure
  const shape: Record<string, unknown> = {}
  for (const [name, row] of Object.entries(table)) {
    const path = 'describedAs' in row ? row.describedAs : row.wire
    if (path === undefined) continue
    const value = row.described ? row.described(values[name]) : values[name]
    addShape(shape, path, row, value)
  }
  return shape
}

/** The request that would give the settings that an operation changes; it describes them, too. */
export function requestFor(table: SettingTable, operation: string, settings: object): Structure {
  const values = settings as Structure
  const request: Record<string, unknown> = {}
  for (const [name, row] of Object.entries(table)) {
    if (row.changedBy[operation] !== undefined) addShape(request, row.wire, row, values[name])
  }
  return request
}

/**
 * The member of a request that differs from the settings as they are; undefined when none does.
 * Described settings may be sent back as they are: they give the settings they came from.
 */
export function differingMember<Settings extends object>(
  table: SettingTable,
  operation: string,
  change: {
    readonly request: object
    readonly settings: Settings
    readonly apply: (given: GivenSettings) => Settings
  },
): string | undefined {
  const request = change.request as Structure
  const existing = requestFor(table, operation, change.settings)
  return mutableMembers(table, operation).find((member) => {
    if (request[member] === undefined) return false
    const given = givenSettings(table, { ...existing, [member]: request[member] })
    return !isDeepStrictEqual(change.apply(given), change.settings)
  })
}

/** Refuses settings that the tier does not include. */
export function requireTier(table: SettingTable, tier: Tier, settings: object): void {
  const lack = tierLack(table, tier, settings)
  if (lack === undefined) return
  throw new ApiError('FeatureUnavailableInTierException', tierRefusal(tier, lack))
}

/** Refuses a request that gives a setting which is not built. */
export function requireImplemented(owner: SettingOwner, request: object): void {
  const refusal = refusedSetting(decisions[owner], request)
  if (refusal === undefined) return
  const { what, note } = refusal
  throw new ApiError('NotImplementedException', `${what} is not implemented yet: ${note}.`)
}

export function decisionFor(owner: SettingOwner, path: string): SettingDecision | undefined {
  return decisionAt(decisions[owner], path)
}

/** All paths with their decisions. */
export function settingDecisions(owner: SettingOwner): readonly [string, SettingDecision][] {
  return Object.entries(decisions[owner])
}

function valueAt(value: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, step) => (part as Structure | undefined)?.[step], value)
}

/** Adds a value at its path, and its members once more by their older names. */
function addShape(
  shape: Record<string, unknown>,
  path: string,
  row: Setting,
  value: unknown,
): void {
  if (value === undefined) return
  const steps = path.split('.')
  let part = shape
  for (const step of steps.slice(0, -1)) {
    part[step] ??= {}
    part = part[step] as Record<string, unknown>
  }
  const { memberNames } = row
  part[steps.at(-1) ?? path] = toPascal(memberNames ? renamed(value, memberNames) : value)
  for (const [wire, member] of Object.entries(row.olderNames ?? {})) {
    const text = (value as Structure)[member]
    if (text !== undefined) shape[wire] = text
  }
}

/** The same members, those in `names` under the other name. */
function renamed(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (value === undefined) return undefined
  const members = Object.entries(value as Structure)
  return Object.fromEntries(members.map(([name, member]) => [names[name] ?? name, member]))
}

function inverse(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(names).map(([name, wire]) => [wire, name]))
}
