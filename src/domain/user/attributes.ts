// What may be written to a user's attributes: the pool's schema says which exist and of what form,
// the app client which of them it may write. All values are text, as on the wire.
import type { SchemaAttribute } from '../pool/settings.js'

/** A write that is to be checked. */
export interface AttributeWrite {
  readonly schema: readonly SchemaAttribute[]
  readonly writes: Readonly<Record<string, string>>
  /** The client's WriteAttributes; undefined: whatever the schema lets be written. */
  readonly writable: readonly string[] | undefined
  /** A new user: immutable attributes may be set, required ones must be. */
  readonly isCreation: boolean
  /** An administrator may also write `email_verified` and developer-only attributes. */
  readonly isAdmin?: boolean
  readonly current: Readonly<Record<string, string>>
}

const EMAIL = /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+\.[^\s@"(),:;<>[\]\\]+$/u
const E164 = /^\+[1-9]\d{1,14}$/
const VERIFIED = ['email_verified', 'phone_number_verified']

/** What is wrong with a write, in the service's words; undefined when nothing is. */
export function attributeRefusal(write: AttributeWrite): string | undefined {
  const known = new Map(write.schema.map((attribute) => [attribute.name, attribute]))
  for (const [name, value] of Object.entries(write.writes)) {
    const attribute = known.get(name)
    if (attribute === undefined) {
      return `Attributes did not conform to the schema: ${name}: Attribute does not exist in the schema.\n`
    }
    const refusal = nameRefusal(attribute, write) ?? valueRefusal(attribute, value, write)
    if (refusal !== undefined) return refusal
  }
  if (!write.isCreation || write.isAdmin) return undefined
  const missing = write.schema.filter(
    ({ name, required }) => required && name !== 'sub' && !write.writes[name],
  )
  if (missing.length === 0) return undefined
  const lines = missing.map(({ name }) => `${name}: The attribute is required\n`)
  return `Attributes did not conform to the schema: ${lines.join('')}`
}

function nameRefusal(attribute: SchemaAttribute, write: AttributeWrite): string | undefined {
  const { name } = attribute
  if (name === 'sub' || name === 'identities') return `Cannot modify the attribute ${name}`
  if (!write.isAdmin) {
    const isForAdmins = VERIFIED.includes(name) || attribute.developerOnlyAttribute
    if (isForAdmins || (write.writable !== undefined && !write.writable.includes(name))) {
      return 'A client attempted to write unauthorized attribute'
    }
  }
  if (!attribute.mutable && !write.isCreation) {
    return `user.${name}: Attribute cannot be updated.\n`
  }
  return undefined
}

function valueRefusal(
  attribute: SchemaAttribute,
  value: string,
  write: AttributeWrite,
): string | undefined {
  const { name } = attribute
  if (value === '') {
    return attribute.required && !write.isCreation
      ? `user.${name}: The attribute is required\n`
      : undefined
  }
  if (name === 'email' && !EMAIL.test(value)) return 'Invalid email address format.'
  if (name === 'phone_number' && !E164.test(value)) return 'Invalid phone number format.'
  const problem = formProblem(attribute, value)
  return problem && `Attributes did not conform to the schema: ${name}: ${problem}\n`
}

function formProblem(attribute: SchemaAttribute, value: string): string | undefined {
  switch (attribute.attributeDataType) {
    case 'Boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'Attribute value must be true or false.'
    case 'Number': {
      if (!/^-?\d+$/.test(value)) return 'Attribute value must be a number.'
      const { minValue, maxValue } = attribute.numberAttributeConstraints ?? {}
      if (minValue !== undefined && BigInt(value) < BigInt(minValue)) {
        return `Attribute value must be at least ${minValue}.`
      }
      if (maxValue !== undefined && BigInt(value) > BigInt(maxValue)) {
        return `Attribute value must be at most ${maxValue}.`
      }
      return undefined
    }
    case 'DateTime':
      return Number.isNaN(Date.parse(value))
        ? 'Attribute value must be a date and time.'
        : undefined
    case 'String': {
      const { minLength = '0', maxLength = '2048' } = attribute.stringAttributeConstraints ?? {}
      const length = [...value].length
      if (length < Number(minLength)) {
        return `String length must be at least ${minLength} characters.`
      }
      if (length > Number(maxLength)) {
        return `String length must be at most ${maxLength} characters.`
      }
      return undefined
    }
  }
}
