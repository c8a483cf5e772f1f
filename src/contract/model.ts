// Reads the tables in `generated/`: which rule holds for which member, and which errors an
// operation declares. The SDK schemas carry neither; they do export the values of enumerations,
// which are taken from there, so that a newer package needs no new table for them.
import type { Bounds, Constraint } from './constraint.js'
import { patternOf } from './patterns.js'

type BoundsPair = readonly [min: number, max?: number]

/** The rule of a shape. Lists of names are separated by blanks. */
interface RuleRow {
  readonly length?: BoundsPair
  readonly range?: BoundsPair
  readonly pattern?: string
  /** An enumeration: what the SDK's constant of the shape's name lists, and these. */
  readonly values?: readonly string[]
  /** The rules of the items of a list or values of a map, and of the keys of a map. */
  readonly each?: string
  readonly keys?: string
  /** `Member` of every structure that has one, or `Structure.Member`, which goes first. */
  readonly members?: string
}

/** Rules by the names of their shapes. */
export type RuleTable = Readonly<Record<string, RuleRow>>

/** Operations by error, its name without `Exception`; `* -A -B` is every one but A and B. */
export type ErrorTable = Readonly<Record<string, string>>

/** The rules by `Structure.Member`, or by `Member` for every structure that has one. */
export function constraintsOf(rules: RuleTable, sdk: object): ReadonlyMap<string, Constraint> {
  const enumerations = sdk as Readonly<Record<string, Readonly<Record<string, string>>>>
  const resolve = (name: string): Constraint => {
    const { length, range, pattern, values, each, keys } = rules[name] ?? {}
    return {
      ...(length && { length: bounds(length) }),
      ...(range && { range: { min: range[0], ...(range[1] !== undefined && { max: range[1] }) } }),
      ...(pattern !== undefined && { pattern: patternOf(pattern) }),
      ...(values && { values: new Set([...Object.values(enumerations[name] ?? {}), ...values]) }),
      ...(each !== undefined && { each: resolve(each) }),
      ...(keys !== undefined && { keys: resolve(keys) }),
    }
  }
  return new Map(
    Object.entries(rules).flatMap(([name, { members }]) => {
      if (members === undefined) return []
      const constraint = resolve(name)
      return members.split(' ').map((member) => [member, constraint] as const)
    }),
  )
}

function bounds([min, max]: BoundsPair): Bounds {
  return { ...(min > 0 && { min }), ...(max !== undefined && { max }) }
}

/** The errors that an operation declares, sorted. */
export function errorsOf(errors: ErrorTable): (operation: string) => readonly string[] {
  const rows = Object.entries(errors).map(([error, text]) => {
    return { error: `${error}Exception`, operations: new Set(text.split(' ')) }
  })
  return (operation) =>
    rows
      .filter(({ operations }) =>
        operations.has('*') ? !operations.has(`-${operation}`) : operations.has(operation),
      )
      .map(({ error }) => error)
      .sort()
}
