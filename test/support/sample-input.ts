// Valid inputs for any operation, made from its schema: every required member with a value that the
// contract's own check accepts. What an operation would do with them does not matter.
import { check } from '#contract/check.js'
import type { Member, OperationSchema, Shape, StructShape } from '#contract/schema.js'

type Known = Readonly<Record<string, unknown>>

const TEXTS = [
  'sample',
  'Sample-1',
  '1',
  '123456',
  'us-east-1',
  'sample@example.com',
  'arn:aws:iam::123456789012:role/sample',
  'https://example.com/sample',
  'a'.repeat(32),
  '00000000-0000-4000-8000-000000000000',
  'us-west-2_00000000-0000-4000-8000-000000000000',
  'terms-of-use',
  'import-sample0000',
]

/** An input of the operation; `known` gives the values of members that name things. */
export function sampleInput(operation: OperationSchema, known: Known): Record<string, unknown> {
  const input = sampleStruct(operation.input, known)
  for (const [name, value] of Object.entries(known)) {
    if (operation.input.members.some((member) => member.name === name)) input[name] = value
  }
  const complaint = check(operation, input)
  if (complaint !== undefined) throw new Error(`no sample for ${operation.name}: ${complaint}`)
  return input
}

/** A structure with its required members. */
export function sampleStruct(shape: StructShape, known: Known = {}): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const member of shape.members) {
    if (!member.required) continue
    value[member.name] = known[member.name] ?? sampleMember(member, known)
  }
  return value
}

/** A value that the member takes; undefined where none is known. */
export function sampleMember(member: Member, known: Known = {}): unknown {
  const { constraint, shape } = member
  if (shape.kind !== 'string') return sampleShape(shape, known)
  const [value] = constraint?.values ?? []
  if (value !== undefined) return value
  const { min = 0, max = Number.POSITIVE_INFINITY } = constraint?.length ?? {}
  return TEXTS.find(
    (text) =>
      text.length >= min &&
      text.length <= max &&
      constraint?.pattern?.expression.test(text) !== false,
  )
}

function sampleShape(shape: Shape, known: Known): unknown {
  switch (shape.kind) {
    case 'struct':
      return sampleStruct(shape, known)
    case 'list':
      return [sampleShape(shape.item, known)]
    case 'map':
      return { sample: sampleShape(shape.value, known) }
    case 'number':
      return 1
    case 'boolean':
      return true
    case 'blob':
      return Buffer.from('sample')
    case 'timestamp':
      return new Date(0)
    default:
      return 'sample'
  }
}
