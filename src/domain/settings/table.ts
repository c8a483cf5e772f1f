// The settings of a pool or a client as a table, one row for each. From the rows follow what a
// stored row means, what a request makes of the settings, which of them a secondary may not change,
// which ones a tier lacks, and which are refused.
//
// What must stay true: what an older or a newer version stored is readable, and what this version
// does not know of it is written back as it was.

import { isAbove, type Tier } from '../pool/tier.js'
import { inEffect, type SettingDecision, type SettingDecisions } from './decisions.js'
import { type Shape, type Struct, struct } from './shape.js'

/** What a setting has that the tiers below `plan` have not. */
export interface TierNeed {
  readonly what: string
  readonly plan: Tier
}

/** A row. */
export interface Setting<T = unknown> {
  /** Its path in the requests that give it; wire names, as the API spells them. */
  readonly wire: string
  /** What is stored; its default is what an absent setting means in a stored row. */
  readonly shape: Shape<T>
  /** What it is where a request omits it, if that is not the default of a stored row. */
  readonly initial?: T
  /**
   * The operations that change it, and what each makes of it when it omits it. None: it stays as
   * it was at the creation, or an operation of its own changes it.
   */
  readonly changedBy: Readonly<Record<string, 'reset' | 'kept'>>
  /** Requests give it in another form; what made it of one is not in this table. */
  readonly isComputed?: true
  /** Older names of its members in requests and descriptions; its own name counts before them. */
  readonly olderNames?: Readonly<Record<string, string>>
  /** Wire names of members that are not the inner ones with a capital. */
  readonly memberNames?: Readonly<Record<string, string>>
  /** Its path in descriptions where that is another one; undefined where it is not described. */
  readonly describedAs?: string | undefined
  /** What is described instead of the value; undefined where nothing is. */
  described?(value: T): unknown
  tier?(value: NonNullable<T>): TierNeed | undefined
  /** For all of it, or by path of its parts. In effect unless said otherwise. */
  readonly decision?: SettingDecision | SettingDecisions
}

/** A setting that follows the primary Region. */
export interface GlobalSetting<T = unknown> extends Setting<T> {
  readonly belongs: 'primary'
}
/** A setting that each Region has for itself. */
export interface RegionalSetting<T = unknown> extends Setting<T> {
  readonly belongs: 'region'
}

/** Rows by the inner names of their settings. */
export type SettingTable = Readonly<Record<string, Setting>>

/** The settings that the rows of a table describe. */
export type SettingsOf<Table> = Struct<{
  readonly [Name in keyof Table]: Table[Name] extends { readonly shape: infer S } ? S : never
}>

/** Settings that a request gives, by inner name, as yet undecoded. */
export type GivenSettings = Readonly<Record<string, unknown>>

/** A row of a setting that follows the primary Region. */
export function global<T>(row: Setting<T>): GlobalSetting<T> {
  return { ...row, belongs: 'primary' }
}

/** A row of a setting that each Region has for itself. */
export function regional<T>(row: Setting<T>): RegionalSetting<T> {
  return { ...row, belongs: 'region' }
}

/** Stored settings, of this version or another. Throws InvariantError for a damaged row. */
export function decodeSettings<Table extends SettingTable>(
  table: Table,
  stored: unknown,
): SettingsOf<Table> {
  const shapes = Object.fromEntries(
    Object.entries(table).map(([name, { shape }]) => [name, shape] as const),
  )
  return struct(shapes).decode(stored ?? {}, 'settings') as SettingsOf<Table>
}

/** The settings of something new; `computed` are those that the table does not make. */
export function newSettings<Table extends SettingTable>(
  table: Table,
  given: GivenSettings,
  computed: object = {},
): SettingsOf<Table> {
  const settings: Record<string, unknown> = { ...computed }
  for (const [name, row] of Object.entries(table)) {
    if (!row.isComputed) put(settings, name, decodeGiven(row, name, given))
  }
  return settings as SettingsOf<Table>
}

/**
 * The settings after a request: given ones replace what is there, omitted ones are reset or kept as
 * the row says, and the rest of `base` stays, members that nothing here knows too.
 */
export function changedSettings<Table extends SettingTable>(
  table: Table,
  operation: string,
  { given, base }: { readonly given: GivenSettings; readonly base: object },
): SettingsOf<Table> {
  const before = base as Readonly<Record<string, unknown>>
  const settings: Record<string, unknown> = { ...before }
  for (const [name, row] of Object.entries(table)) {
    const omitted = row.changedBy[operation]
    if (omitted === undefined || (omitted === 'kept' && given[name] === undefined)) continue
    const value = decodeGiven(row, name, given)
    put(settings, name, value === undefined ? value : row.shape.carry(before[name], value))
  }
  return settings as SettingsOf<Table>
}

function decodeGiven(row: Setting, name: string, given: GivenSettings): unknown {
  return row.shape.decode(given[name] ?? row.initial, `settings.${name}`)
}

function put(settings: Record<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) delete settings[name]
  else settings[name] = value
}

/** The first thing that the settings have and the tier has not. */
export function tierLack(table: SettingTable, tier: Tier, settings: object): TierNeed | undefined {
  const values = settings as Readonly<Record<string, unknown>>
  for (const [name, row] of Object.entries(table)) {
    const value = values[name]
    if (value === undefined || value === null) continue
    const need = row.tier?.(value)
    if (need !== undefined && isAbove(need.plan, tier)) return need
  }
  return undefined
}

/** The sentence for a tier that lacks something. */
export function tierRefusal(tier: Tier, { what, plan }: TierNeed): string {
  return `${what} is not available in the ${tier} tier. Change the tier to ${plan} or higher.`
}

/** Top-level members of an operation's requests that change settings of the table. */
export function mutableMembers(table: SettingTable, operation: string): readonly string[] {
  const members = Object.values(table)
    .filter((row) => row.changedBy[operation] !== undefined)
    .flatMap((row) => [row.wire, ...Object.keys(row.olderNames ?? {})])
    .map((path) => path.split('.')[0] ?? path)
  return [...new Set(members)].sort()
}

/** The decisions of a table's rows, by path in the requests. */
export function decisionsOf(table: SettingTable): SettingDecisions {
  const decisions: Record<string, SettingDecision> = {}
  for (const { wire, decision = inEffect, olderNames = {} } of Object.values(table)) {
    if (isDecision(decision)) decisions[wire] = decision
    else for (const [path, one] of Object.entries(decision)) decisions[`${wire}.${path}`] = one
    for (const name of Object.keys(olderNames)) decisions[name] = inEffect
  }
  return decisions
}

function isDecision(value: SettingDecision | SettingDecisions): value is SettingDecision {
  return typeof value['kind'] === 'string'
}
