// Validation in the service's words, as clients have learned to parse them:
//   2 validation errors detected: Value at 'userPoolId' failed to satisfy constraint: Member
//   must …; Value at 'username' failed to satisfy constraint: Member must …
// The service prints some values and leaves out sensitive ones; here none is printed, since an
// error message ends in logs. Items of a list of structures are named by
// position (`userAttributes.1.member.name`); a list or map of plain values fails as a whole.
// Checkers are compiled once for each structure, when it is first checked.

import type { Bounds, Constraint } from './constraint.js'
import { forEachStruct, type Member, type OperationSchema, type StructShape } from './schema.js'

/** Bounds the message: a hostile request could make it huge. */
const MAX_VIOLATIONS = 25

type Violations = string[]
type Check = (value: unknown, path: string, violations: Violations) => void
type StructCheck = (value: object, prefix: string, violations: Violations) => void

/** The message for the caller, or nothing if the decoded input is valid. */
export function check(operation: OperationSchema, input: object): string | undefined {
  return checkStruct(operation.input, input)
}

/** As `check`, for a structure of its own. */
export function checkStruct(shape: StructShape, value: object): string | undefined {
  const violations: Violations = []
  structCheck(shape)(value, '', violations)
  const count = violations.length
  if (count === 0) return undefined
  return `${count} validation error${count === 1 ? '' : 's'} detected: ${violations.join('; ')}`
}

const structCheck = forEachStruct((shape): StructCheck => {
  const members = shape.members
    .map((member) => ({ member, check: memberCheck(member) }))
    .filter(({ member, check }) => member.required || check !== undefined)
  return (value, prefix, violations) => {
    for (const { member, check } of members) {
      if (violations.length >= MAX_VIOLATIONS) return
      const part = (value as Record<string, unknown>)[member.name]
      if (part === undefined) {
        if (!member.required) continue
        violations.push(missing(member, prefix))
      } else if (check !== undefined) check(part, prefix + member.messageName, violations)
    }
  }
})

function missing(member: Member, prefix: string): string {
  return failure(prefix + member.messageName, 'Member must not be null')
}

function memberCheck(member: Member): Check | undefined {
  const own = ownCheck(member)
  const parts = partsCheck(member)
  if (own === undefined || parts === undefined) return own ?? parts
  return (value, path, violations) => {
    own(value, path, violations)
    parts(value, path, violations)
  }
}

/** The structures in a member: itself, or the items of a list, or the values of a map. */
function partsCheck({ shape }: Member): Check | undefined {
  if (shape.kind === 'struct') {
    return (value, path, violations) => structCheck(shape)(value as object, `${path}.`, violations)
  }
  if (shape.kind === 'list' && shape.item.kind === 'struct') {
    const { item } = shape
    return (value, path, violations) => {
      for (const [index, entry] of (value as object[]).entries()) {
        if (violations.length >= MAX_VIOLATIONS) return
        structCheck(item)(entry, `${path}.${index + 1}.member.`, violations)
      }
    }
  }
  if (shape.kind === 'map' && shape.value.kind === 'struct') {
    const { value: part } = shape
    return (value, path, violations) => {
      for (const [key, entry] of Object.entries(value as Record<string, object>)) {
        if (violations.length >= MAX_VIOLATIONS) return
        structCheck(part)(entry, `${path}.${key}.member.`, violations)
      }
    }
  }
  return undefined
}

function ownCheck(member: Member): Check | undefined {
  const { constraint, shape } = member
  if (constraint === undefined) return undefined
  const rules = rulesOf(constraint, shape.kind === 'map' ? 'Map value' : 'Member')
  return (value, path, violations) => {
    for (const { holds, demand } of rules) {
      if (!holds(value)) violations.push(failure(path, demand))
    }
  }
}

function failure(path: string, demand: string): string {
  return `Value at '${path}' failed to satisfy constraint: ${demand}`
}

interface Rule {
  readonly holds: (value: unknown) => boolean
  /** In the service's words, like `Member must have length less than or equal to 5`. */
  readonly demand: string
}

function rulesOf(constraint: Constraint, part: 'Map value' | 'Member'): readonly Rule[] {
  const { length, range, pattern, values, each, keys } = constraint
  const rules = [
    ...boundRules(length, 'length', sizeOf, charactersAtMost),
    ...boundRules(range, 'value', Number, (value, max) => Number(value) <= max),
  ]
  if (pattern !== undefined) {
    // A value that is too long has failed already; a pattern is not tried on it.
    const max = length?.max ?? Number.POSITIVE_INFINITY
    rules.push({
      holds: (value) => !charactersAtMost(value, max) || pattern.expression.test(String(value)),
      demand: `Member must satisfy regular expression pattern: ${pattern.text}`,
    })
  }
  if (values !== undefined) {
    rules.push({
      holds: (value) => values.has(String(value)),
      demand: `Member must satisfy enum value set: [${[...values].join(', ')}]`,
    })
  }
  if (keys !== undefined) rules.push(ruleForAll(Object.keys, rulesOf(keys, 'Member'), 'Map keys'))
  if (each !== undefined) rules.push(ruleForAll(Object.values, rulesOf(each, 'Member'), part))
  return rules
}

function boundRules(
  bounds: Bounds | undefined,
  what: 'length' | 'value',
  measure: (value: unknown) => number,
  isAtMost: (value: unknown, max: number) => boolean,
): Rule[] {
  const rules: Rule[] = []
  const { min, max } = bounds ?? {}
  if (min !== undefined) {
    rules.push({
      holds: (value) => measure(value) >= min,
      demand: `Member must have ${what} greater than or equal to ${min}`,
    })
  }
  if (max !== undefined) {
    rules.push({
      holds: (value) => isAtMost(value, max),
      demand: `Member must have ${what} less than or equal to ${max}`,
    })
  }
  return rules
}

/** A list or map of plain values fails as a whole, with all that is asked of its entries. */
function ruleForAll(
  entriesOf: (value: object) => unknown[],
  rules: readonly Rule[],
  part: string,
): Rule {
  return {
    holds: (value) =>
      entriesOf(value as object).every((entry) => rules.every(({ holds }) => holds(entry))),
    demand: `${part} must satisfy constraint: [${rules.map(({ demand }) => demand).join(', ')}]`,
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  if (value instanceof Uint8Array) return value.byteLength
  return Object.keys(value as object).length
}

/** A character beyond the basic plane counts once, though it takes two places in a string. */
function charactersAtMost(value: unknown, max: number): boolean {
  const size = sizeOf(value)
  if (size <= max) return true
  return typeof value === 'string' && size <= 2 * max && [...value].length <= max
}
