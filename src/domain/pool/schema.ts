// The attribute schema of a pool: the standard claims of OpenID Connect, always there, and custom
// attributes that the pool adds and can never remove.
// Cognito: developer guide, "Working with user attributes", 2026.
import type { SchemaAttribute } from './structures.js'

const CUSTOM_ATTRIBUTES_MAX = 50
const LONGEST = '2048'
/** Digits of 2^1023, the largest bound that the service takes. */
const BOUND_DIGITS_MAX = 308

/** An attribute as a request asks for it (SchemaAttributeType). */
export interface AttributeRequest {
  readonly name?: string | undefined
  readonly attributeDataType?: SchemaAttribute['attributeDataType'] | undefined
  readonly developerOnlyAttribute?: boolean | undefined
  readonly mutable?: boolean | undefined
  readonly required?: boolean | undefined
  readonly numberAttributeConstraints?: SchemaAttribute['numberAttributeConstraints'] | undefined
  readonly stringAttributeConstraints?: SchemaAttribute['stringAttributeConstraints'] | undefined
}

/** The merged schema, or what is wrong with the request, for its caller. */
export type SchemaOutcome =
  | { readonly kind: 'schema'; readonly attributes: readonly SchemaAttribute[] }
  | { readonly kind: 'problem'; readonly problem: string }

function textAttribute(
  name: string,
  options: { min?: string; max?: string; required?: boolean; mutable?: boolean } = {},
): SchemaAttribute {
  return {
    name,
    attributeDataType: 'String',
    developerOnlyAttribute: false,
    mutable: options.mutable ?? true,
    required: options.required ?? false,
    stringAttributeConstraints: {
      minLength: options.min ?? '0',
      maxLength: options.max ?? LONGEST,
    },
  }
}

function flagAttribute(name: string): SchemaAttribute {
  return {
    name,
    attributeDataType: 'Boolean',
    developerOnlyAttribute: false,
    mutable: true,
    required: false,
  }
}

// Cognito: `identities` is not among them: it comes with a pool's first identity provider
// (terraform-provider-aws, flattenUserPoolSchema; AWS CLI example of create-user-pool, 2026).
/** The standard attributes, in the order in which the service describes them. */
export const STANDARD_ATTRIBUTES: readonly SchemaAttribute[] = [
  textAttribute('profile'),
  textAttribute('address'),
  textAttribute('birthdate', { min: '10', max: '10' }),
  textAttribute('gender'),
  textAttribute('preferred_username'),
  {
    name: 'updated_at',
    attributeDataType: 'Number',
    developerOnlyAttribute: false,
    mutable: true,
    required: false,
    numberAttributeConstraints: { minValue: '0' },
  },
  textAttribute('website'),
  textAttribute('picture'),
  textAttribute('sub', { min: '1', required: true, mutable: false }),
  flagAttribute('phone_number_verified'),
  textAttribute('phone_number'),
  textAttribute('zoneinfo'),
  textAttribute('locale'),
  textAttribute('email'),
  flagAttribute('email_verified'),
  textAttribute('given_name'),
  textAttribute('family_name'),
  textAttribute('middle_name'),
  textAttribute('name'),
  textAttribute('nickname'),
]

/** The schema of a new pool: the standard attributes as changed by `requests`, and custom ones. */
export function schemaOfNewPool(requests: readonly AttributeRequest[]): SchemaOutcome {
  const standard = new Map(STANDARD_ATTRIBUTES.map((attribute) => [attribute.name, attribute]))
  const custom: AttributeRequest[] = []
  const seen = new Set<string>()
  for (const request of requests) {
    const name = request.name ?? ''
    if (name === '') return problem('Attribute name is required in the schema.')
    if (seen.has(name)) return problem(`${name} is already in the schema.`)
    seen.add(name)
    const known = standard.get(name)
    if (known === undefined) {
      custom.push(request)
      continue
    }
    const changed = standardAttribute(known, request)
    if (typeof changed === 'string') return problem(changed)
    standard.set(name, changed)
  }
  return withCustomAttributes([...standard.values()], custom)
}

/** The schema with more custom attributes (AddCustomAttributes). */
export function withCustomAttributes(
  schema: readonly SchemaAttribute[],
  requests: readonly AttributeRequest[],
): SchemaOutcome {
  const attributes = [...schema]
  for (const request of requests) {
    const made = customAttribute(request)
    if (typeof made === 'string') return problem(made)
    if (attributes.some(({ name }) => name === made.name)) {
      // Cognito: moto #4493 and its tests, 2021-10.
      const asked = made.name.replace(/^dev:/, '')
      return problem(`${asked}: Existing attribute already has name ${made.name}.`)
    }
    attributes.push(made)
  }
  const customs = attributes.filter(({ name }) => name.includes(':')).length
  if (customs > CUSTOM_ATTRIBUTES_MAX) {
    return problem(`A user pool has at most ${CUSTOM_ATTRIBUTES_MAX} custom attributes.`)
  }
  return { kind: 'schema', attributes }
}

/** A standard attribute as a request changes it, or what is wrong with the request. */
function standardAttribute(
  known: SchemaAttribute,
  request: AttributeRequest,
): SchemaAttribute | string {
  const { name, attributeDataType } = known
  const isOtherType = (request.attributeDataType ?? attributeDataType) !== attributeDataType
  if (isOtherType || request.developerOnlyAttribute) {
    return (
      'You can not change AttributeDataType or set developerOnlyAttribute for standard schema ' +
      `attribute ${name}`
    )
  }
  if (name === 'sub' && request.required === false) return 'sub must be required.'
  const constraints = constraintsOf({ ...request, name }, attributeDataType, known)
  if (typeof constraints === 'string') return constraints
  return {
    ...known,
    mutable: name === 'sub' ? false : (request.mutable ?? known.mutable),
    required: request.required ?? known.required,
    ...constraints,
  }
}

function customAttribute(request: AttributeRequest): SchemaAttribute | string {
  if (!request.name) return 'Attribute name is required in the schema.'
  if (request.required) return 'Required custom attributes are not supported currently.'
  const prefix = request.developerOnlyAttribute ? 'dev:custom:' : 'custom:'
  const bare = request.name.startsWith('custom:') ? request.name.slice(7) : request.name
  const { attributeDataType } = request
  if (attributeDataType === undefined) {
    return 'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.'
  }
  const name = prefix + bare
  const constraints = constraintsOf({ ...request, name }, attributeDataType)
  if (typeof constraints === 'string') return constraints
  return {
    name,
    attributeDataType,
    developerOnlyAttribute: request.developerOnlyAttribute ?? false,
    mutable: request.mutable ?? true,
    required: false,
    ...constraints,
  }
}

type Constraints = Pick<
  SchemaAttribute,
  'numberAttributeConstraints' | 'stringAttributeConstraints'
>

// Cognito: the texts are those of moto #4493 and its tests, 2021-10.

/** The constraints that an attribute of the type can have, or what is wrong with them. */
function constraintsOf(
  request: AttributeRequest & { readonly name: string },
  type: SchemaAttribute['attributeDataType'],
  known: Constraints = {},
): Constraints | string {
  const { name } = request
  if (type === 'String') {
    const asked = { ...known.stringAttributeConstraints, ...request.stringAttributeConstraints }
    const { minLength, maxLength } = asked
    if (!isBound(minLength, 0n) || !isBound(maxLength, 0n)) {
      return `Invalid StringAttributeConstraints for schema attribute ${name}`
    }
    if (isAbove(minLength, LONGEST) || isAbove(maxLength, LONGEST)) {
      return `user.${name}: String attributes cannot have a length of more than ${LONGEST}`
    }
    return isAbove(minLength, maxLength)
      ? `user.${name}: Max length cannot be less than min length.`
      : { stringAttributeConstraints: asked }
  }
  if (type === 'Number') {
    const asked = { ...known.numberAttributeConstraints, ...request.numberAttributeConstraints }
    const { minValue, maxValue } = asked
    if (!isBound(minValue) || !isBound(maxValue)) {
      return `Invalid NumberAttributeConstraints for schema attribute ${name}`
    }
    return isAbove(minValue, maxValue)
      ? `user.${name}: Max value cannot be less than min value.`
      : { numberAttributeConstraints: asked }
  }
  return {}
}

/** Whether a bound is a whole number in text; values are compared with bounds on each write. */
function isBound(bound: string | undefined, least?: bigint): boolean {
  if (bound === undefined) return true
  if (!/^-?\d+$/.test(bound) || bound.length > BOUND_DIGITS_MAX) return false
  return least === undefined || BigInt(bound) >= least
}

function isAbove(bound: string | undefined, other: string | undefined): boolean {
  return bound !== undefined && other !== undefined && BigInt(bound) > BigInt(other)
}

/** What is wrong with how users of a new pool sign in; undefined when nothing is. */
export function signInNamesRefusal(settings: {
  readonly usernameAttributes: readonly string[]
  readonly aliasAttributes: readonly string[]
}): string | undefined {
  return settings.usernameAttributes.length > 0 && settings.aliasAttributes.length > 0
    ? 'Only one of the aliasAttributes or usernameAttributes can be set in a user pool.'
    : undefined
}

function problem(text: string): SchemaOutcome {
  return { kind: 'problem', problem: text }
}
