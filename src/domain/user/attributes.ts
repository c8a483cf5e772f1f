// What may be written to a user's attributes: the pool's schema says which exist and of what form,
// the app client which of them it may write. All values are text, as on the wire.
// Cognito: developer guide, "Working with user attributes"; the texts are those that its clients
// report, 2016 to 2026.
import type { SchemaAttribute } from '../pool/settings.js'
import { type Refused, refused } from '../refusal.js'
import { grantsAttribute } from './attribute-grants.js'

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

const EMAIL = /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+\.[^\s.@"(),:;<>[\]\\]+$/u
const E164 = /^\+[1-9]\d{1,14}$/
const VERIFIED = ['email_verified', 'phone_number_verified']
/** Given by the service alone. */
const RESERVED = ['sub', 'identities']

/** What is wrong with a write; undefined when nothing is. */
export function attributeRefusal(write: AttributeWrite): Refused | undefined {
  const schema = new Map(write.schema.map((attribute) => [attribute.name, attribute]))
  const names = Object.keys(write.writes)
  const reserved = names.find((name) => RESERVED.includes(name))
  if (reserved !== undefined) {
    return refused('invalid-parameter', `Cannot modify the non-mutable attribute ${reserved}`)
  }
  // Who may write comes before what is written, so that a refusal tells a client nothing more.
  if (!write.isAdmin && names.some((name) => !isClients(schema.get(name), write))) {
    return refused('unauthorized-write')
  }
  const problem =
    schemaRefusal(schema, write) ??
    Object.entries(write.writes)
      .map(([name, value]) => addressRefusal(name, value))
      .find((refusal) => refusal !== undefined) ??
    proofRefusal(write)
  return problem === undefined ? undefined : refused('invalid-parameter', problem)
}

/** What is wrong with removing attributes; undefined when nothing is. `writable` as of a write. */
export function removalRefusal(
  schema: readonly SchemaAttribute[],
  names: readonly string[],
  writable?: readonly string[],
): Refused | undefined {
  if (names.some((name) => !grantsAttribute(writable, name))) return refused('unauthorized-write')
  const lines = names.flatMap((name) => {
    const attribute = schema.find((known) => known.name === name)
    if (attribute === undefined) return [line(name, 'Attribute does not exist in the schema.')]
    if (name === 'sub' || attribute.required) {
      return [line(name, 'Required attribute cannot be deleted.')]
    }
    return attribute.mutable ? [] : [line(name, 'Attribute cannot be updated.')]
  })
  if (lines.length === 0) return undefined
  const text = lines.map((one) => `user.${one}`).join('')
  // Cognito: moto #4487, 2021-10.
  const isUnknown = (name: string) => !schema.some((known) => known.name === name)
  const isInvalid = names.some(isUnknown)
  return refused('invalid-parameter', isInvalid ? `Invalid user attributes: ${text}` : text)
}

/** Whether an app client may write the attribute. One that does not exist is refused later. */
function isClients(attribute: SchemaAttribute | undefined, write: AttributeWrite): boolean {
  if (attribute === undefined) return true
  if (VERIFIED.includes(attribute.name) || attribute.developerOnlyAttribute) return false
  return grantsAttribute(write.writable, attribute.name)
}

/** Everything in which the write differs from the schema, a line each. */
function schemaRefusal(
  schema: ReadonlyMap<string, SchemaAttribute>,
  write: AttributeWrite,
): string | undefined {
  const lines: string[] = []
  for (const [name, value] of Object.entries(write.writes)) {
    const attribute = schema.get(name)
    const problem =
      attribute === undefined
        ? 'Attribute does not exist in the schema.'
        : valueProblem(attribute, value, write)
    if (problem !== undefined) lines.push(line(name, problem))
  }
  // Whom an administrator creates is asked for the rest at the first sign-in.
  if (write.isCreation && !write.isAdmin) {
    for (const { name, required } of schema.values()) {
      if (!required || name === 'sub' || write.writes[name]) continue
      lines.push(line(name, 'The attribute is required'))
    }
  }
  if (lines.length === 0) return undefined
  return write.isCreation
    ? `Attributes did not conform to the schema: ${lines.join('')}`
    : lines.map((text) => `user.${text}`).join('')
}

function line(name: string, problem: string): string {
  return `${name}: ${problem}\n`
}

function valueProblem(
  attribute: SchemaAttribute,
  value: string,
  write: AttributeWrite,
): string | undefined {
  const { name, mutable, required } = attribute
  if (!mutable && !write.isCreation) {
    // A required one that an administrator left open is given once, at the first sign-in.
    const isFirst = required && !write.current[name]
    if (!isFirst) return 'Attribute cannot be updated.'
  }
  // An empty value removes the attribute.
  if (value === '') {
    return required && !write.isCreation ? 'Required attribute cannot be deleted.' : undefined
  }
  return formProblem(attribute, value)
}

function addressRefusal(name: string, value: string): string | undefined {
  if (value === '') return undefined
  if (name === 'email' && !EMAIL.test(value)) return 'Invalid email address format.'
  if (name === 'phone_number' && !E164.test(value)) return 'Invalid phone number format.'
  return undefined
}

/** An address can be said to be proven only when there is one. */
function proofRefusal({ writes, current }: AttributeWrite): string | undefined {
  const lacks = (name: string) =>
    writes[`${name}_verified`] !== undefined && !(writes[name] ?? current[name])
  if (lacks('email')) return 'Email is required to verify/un-verify an email'
  if (lacks('phone_number')) return 'Phone Number is required to verify/un-verify a phone number'
  return undefined
}

function formProblem(attribute: SchemaAttribute, value: string): string | undefined {
  switch (attribute.attributeDataType) {
    case 'Boolean':
      return /^(true|false)$/i.test(value) ? undefined : 'Attribute value must be true or false.'
    case 'Number':
      return numberProblem(attribute, value)
    case 'DateTime':
      return Number.isNaN(Date.parse(value))
        ? 'Attribute value must be a date and time.'
        : undefined
    case 'String': {
      const { minLength = '0', maxLength = '2048' } = attribute.stringAttributeConstraints ?? {}
      const length = [...value].length
      if (length < Number(minLength))
        return `String must be no shorter than ${minLength} characters`
      if (length > Number(maxLength)) return `String must be no longer than ${maxLength} characters`
      return undefined
    }
    default:
      return 'Attribute values of this type cannot be written by this version.'
  }
}

function numberProblem(attribute: SchemaAttribute, value: string): string | undefined {
  if (!/^-?\d+$/.test(value)) return 'Attribute value must be a number.'
  const { minValue, maxValue } = attribute.numberAttributeConstraints ?? {}
  if (minValue !== undefined && BigInt(value) < BigInt(minValue)) {
    return `Number must be no less than ${minValue}`
  }
  if (maxValue !== undefined && BigInt(value) > BigInt(maxValue)) {
    return `Number must be no greater than ${maxValue}`
  }
  return undefined
}
