// What a value of the wire must be, beyond its kind: lengths, patterns, ranges, enumerations. The
// SDK schemas carry none of these (they export the enumerations' values, which we use). The
// tables are in `constraints/`: shapes name a rule once, members say which rule holds for them.

export interface Bounds {
  readonly min?: number
  readonly max?: number
}

export interface Pattern {
  /** The text that the service prints; Java's dialect. */
  readonly text: string
  /** The whole value must match. Written so that it takes linear time. */
  readonly expression: RegExp
}

export interface Constraint {
  /** Characters of a string, bytes of a blob, entries of a list or map. */
  readonly length?: Bounds
  readonly range?: Bounds
  readonly pattern?: Pattern
  /** The members of an enumeration, in the order a message names them. */
  readonly values?: ReadonlySet<string>
  /** Holds for each item of a list and each value of a map, when these have no parts. */
  readonly each?: Constraint
  /** Holds for each key of a map. */
  readonly keys?: Constraint
}

/** A string of a length, of a pattern, or both. */
export function text(length: Bounds, pattern?: Pattern): Constraint {
  return pattern === undefined ? { length } : { length, pattern }
}

/** A string of any length that matches. */
export function matching(pattern: Pattern): Constraint {
  return { pattern }
}

/** A number from `min` to `max`, both included. */
export function between(min: number, max?: number): Constraint {
  return { range: max === undefined ? { min } : { min, max } }
}

/** One of the values of an enumeration that an SDK package exports as a constant object. */
export function oneOf(
  enumeration: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Constraint {
  return { values: new Set([...Object.values(enumeration), ...more]) }
}

/** A list, by its size and the rule of its items. */
export function listOf(each?: Constraint, length?: Bounds): Constraint {
  return {
    ...(each === undefined ? {} : { each }),
    ...(length === undefined ? {} : { length }),
  }
}

/** A map, by the rules of its keys and values and by its size. */
export function mapOf(keys: Constraint | undefined, each: Constraint, length?: Bounds): Constraint {
  return { ...listOf(each, length), ...(keys === undefined ? {} : { keys }) }
}

/** Joins a table of members and a table of the rules that they name. */
export function resolveConstraints<Name extends string>(
  members: Readonly<Record<string, Name>>,
  rules: Readonly<Record<Name, Constraint>>,
): ReadonlyMap<string, Constraint> {
  return new Map(Object.entries<Name>(members).map(([member, name]) => [member, rules[name]]))
}
