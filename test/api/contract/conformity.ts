// What an output breaks of the operation's contract: members that the SDK does not know, values of
// another kind, required members that are missing. Constraints are for inputs: the service itself
// returns longer names of attributes than it takes.
import { isObject } from '#base/json.js'
import { decode, SerializationError } from '#contract/codec.js'
import type { Shape, StructShape } from '#contract/schema.js'

/** Everything that is wrong, in words; nothing when the output conforms. */
export function complaintsAbout(shape: StructShape, output: object): readonly string[] {
  const found = membersOf(shape, output, '')
  try {
    decode(shape, output)
    return found
  } catch (error) {
    if (!(error instanceof SerializationError)) throw error
    return [...found, `.${error.path}: ${error.message}`]
  }
}

function membersOf(shape: Shape, value: unknown, path: string): readonly string[] {
  if (shape.kind === 'list' && Array.isArray(value)) {
    return value.flatMap((item, at) => membersOf(shape.item, item, `${path}.${at}`))
  }
  if (!isObject(value)) return []
  if (shape.kind === 'map') {
    return Object.entries(value).flatMap(([key, entry]) =>
      membersOf(shape.value, entry, `${path}.${key}`),
    )
  }
  if (shape.kind !== 'struct') return []
  const known = new Map(shape.members.map((member) => [member.name, member]))
  const missing = shape.members
    .filter(({ name, required }) => required && (value[name] ?? undefined) === undefined)
    .map(({ name }) => `${path}.${name} is missing`)
  const wrong = Object.entries(value).flatMap(([name, part]) => {
    const member = known.get(name)
    if (member === undefined) return [`${path}.${name} is no member`]
    return membersOf(member.shape, part, `${path}.${name}`)
  })
  return [...missing, ...wrong]
}
