// What a value of the wire must be, beyond its kind: lengths, patterns, ranges, enumerations.

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
