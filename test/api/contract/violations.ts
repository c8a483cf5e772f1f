// Inputs that break one constraint of one member each, at any depth, derived from the schema; with
// the message that the service has for it. The words are written here a second time on purpose.
import type { Constraint } from '#contract/constraint.js'
import type { Member, OperationSchema, Shape, StructShape } from '#contract/schema.js'
import { sampleMember, sampleStruct } from '#test/support/sample-input.js'

export interface Violation {
  /** The member, as messages name it. */
  readonly at: string
  readonly input: object
  readonly message: string
}

type Struct = Readonly<Record<string, unknown>>
type Place = (part: Struct) => Struct
/** A value and what the service demands of it. */
type Bad = readonly [value: unknown, ...demands: readonly string[]]

/** Every violation of the operation's input, each in a copy of `base`, which is valid. */
export function violationsOf({ input }: OperationSchema, base: Struct): readonly Violation[] {
  return [...inStruct(input, base, '', (part) => part)]
}

function* inStruct(
  shape: StructShape,
  valid: Struct,
  path: string,
  place: Place,
): Generator<Violation> {
  for (const member of shape.members) {
    const { name, messageName, required } = member
    const at = path + messageName
    const put = (value: unknown) => place({ ...valid, [name]: value })
    if (required) yield violation(at, put(undefined), ['Member must not be null'])
    for (const [value, ...demands] of badValues(member)) yield violation(at, put(value), demands)
    const inner = structIn(member.shape)
    if (inner === undefined) continue
    const { part, step, wrap } = inner
    yield* inStruct(part, sampleStruct(part), `${at}.${step}`, (value) => put(wrap(value)))
  }
}

function violation(at: string, input: object, demands: readonly string[]): Violation {
  const all = demands.map((demand) => `Value at '${at}' failed to satisfy constraint: ${demand}`)
  const count = `${all.length} validation error${all.length === 1 ? '' : 's'} detected`
  return { at, input, message: `${count}: ${all.join('; ')}` }
}

/** The structure in a member: itself, or an item of it. */
function structIn(shape: Shape) {
  if (shape.kind === 'struct') return { part: shape, step: '', wrap: (value: Struct) => value }
  if (shape.kind === 'list' && shape.item.kind === 'struct') {
    return { part: shape.item, step: '1.member.', wrap: (value: Struct) => [value] }
  }
  if (shape.kind === 'map' && shape.value.kind === 'struct') {
    return { part: shape.value, step: 'key.member.', wrap: (value: Struct) => ({ key: value }) }
  }
  return undefined
}

function badValues(member: Member): readonly Bad[] {
  const { constraint, shape } = member
  if (constraint === undefined) return []
  switch (shape.kind) {
    case 'string':
      return badTexts(constraint)
    case 'number':
      return badNumbers(constraint)
    case 'list':
      return badLists(member, shape.item, constraint)
    case 'map':
      return badMaps(constraint)
    case 'blob':
      return badSizes(constraint, (size) => Buffer.alloc(size))
    default:
      return []
  }
}

const atLeast = (what: string, min: number) =>
  `Member must have ${what} greater than or equal to ${min}`
const atMost = (what: string, max: number) =>
  `Member must have ${what} less than or equal to ${max}`

/** Texts that no pattern of the service takes, or few of them. */
const ODD_CHARACTERS = [' ', '\u0001', '!', 'é', '\n']

function badTexts(constraint: Constraint): readonly Bad[] {
  const { length, pattern, values } = constraint
  const matches = (text: string) => pattern === undefined || pattern.expression.test(text)
  const demand = `Member must satisfy regular expression pattern: ${pattern?.text}`
  const bad: Bad[] = []
  const min = length?.min ?? 0
  if (min > 0) {
    const short = 'a'.repeat(min - 1)
    bad.push([short, atLeast('length', min), ...(matches(short) ? [] : [demand])])
  }
  if (length?.max !== undefined) {
    bad.push(['a'.repeat(length.max + 1), atMost('length', length.max)])
    // A character beyond the basic plane counts once.
    if (length.max < 5000) {
      bad.push(['\u{1F600}'.repeat(length.max + 1), atMost('length', length.max)])
    }
  }
  const odd = ODD_CHARACTERS.map((one) => one.repeat(Math.max(1, min))).find((one) => !matches(one))
  if (odd !== undefined) bad.push([odd, demand])
  if (values !== undefined) {
    bad.push(['PLANTED', `Member must satisfy enum value set: [${[...values].join(', ')}]`])
  }
  return bad
}

function badNumbers({ range }: Constraint): readonly Bad[] {
  const { min, max } = range ?? {}
  const bad: Bad[] = []
  if (min !== undefined) bad.push([min - 1, atLeast('value', min)])
  if (max !== undefined) bad.push([max + 1, atMost('value', max)])
  return bad
}

function badSizes({ length }: Constraint, make: (size: number) => unknown): readonly Bad[] {
  const { min = 0, max } = length ?? {}
  const bad: Bad[] = []
  if (min > 0) bad.push([make(min - 1), atLeast('length', min)])
  if (max !== undefined) bad.push([make(max + 1), atMost('length', max)])
  return bad
}

/** No node reads longer lists of a caller who did not sign. */
const ITEMS_MAX = 1900

function badLists(member: Member, item: Shape, constraint: Constraint): readonly Bad[] {
  const { each, length } = constraint
  const good =
    item.kind === 'struct'
      ? sampleStruct(item)
      : sampleMember({ ...member, shape: item, constraint: each })
  const sizes = (length?.max ?? 0) > ITEMS_MAX ? {} : constraint
  const bad = [...badSizes(sizes, (size) => Array.from({ length: size }, () => good))]
  if (item.kind !== 'string') return bad
  for (const [value] of badTexts(each ?? {})) bad.push([[good, value], demandOfAll('Member', each)])
  return bad
}

function badMaps({ each, keys, length }: Constraint): readonly Bad[] {
  const entries = (size: number) =>
    Object.fromEntries(Array.from({ length: size }, (_, n) => [`key${n}`, 'value']))
  const bad = [...badSizes(length === undefined ? {} : { length }, entries)]
  for (const [key] of badTexts(keys ?? {})) {
    bad.push([{ [String(key)]: 'value' }, demandOfAll('Map keys', keys)])
  }
  for (const [value] of badTexts(each ?? {})) {
    bad.push([{ sample: value }, demandOfAll('Map value', each)])
  }
  return bad
}

function demandOfAll(part: string, constraint: Constraint = {}): string {
  const { length, pattern, values } = constraint
  const demands: string[] = []
  if (length?.min !== undefined) demands.push(atLeast('length', length.min))
  if (length?.max !== undefined) demands.push(atMost('length', length.max))
  if (pattern) demands.push(`Member must satisfy regular expression pattern: ${pattern.text}`)
  if (values) demands.push(`Member must satisfy enum value set: [${[...values].join(', ')}]`)
  return `${part} must satisfy constraint: [${demands.join(', ')}]`
}
