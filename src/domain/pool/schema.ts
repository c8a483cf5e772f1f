// The attribute schema of a pool: the standard claims of OpenID Connect, always there, and custom
// attributes that the pool adds and can never remove.
// Cognito: developer guide, "Working with user attributes", 2026.
import type { SchemaAttribute } from './settings.js'

const CUSTOM_ATTRIBUTES_MAX = 50
const LONGEST = '2048'

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
  { ...textAttribute('identities'), stringAttributeConstraints: {} },
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
    if (request.attributeDataType && request.attributeDataType !== known.attributeDataType) {
      return problem(
        `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${name}`,
      )
    }
    if (name === 'sub' && request.required === false) return problem('sub must be required.')
    standard.set(name, {
      ...known,
      mutable: name === 'sub' ? false : (request.mutable ?? known.mutable),
      required: request.required ?? known.required,
      ...pickConstraints(request),
    })
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
      return problem(`${made.name}: Existing attribute already has name ${made.name}.`)
    }
    attributes.push(made)
  }
  const customs = attributes.length - STANDARD_ATTRIBUTES.length
  if (customs > CUSTOM_ATTRIBUTES_MAX) {
    return problem(`A user pool has at most ${CUSTOM_ATTRIBUTES_MAX} custom attributes.`)
  }
  return { kind: 'schema', attributes }
}

function customAttribute(request: AttributeRequest): SchemaAttribute | string {
  if (!request.name) return 'Attribute name is required in the schema.'
  if (request.required) return 'Required custom attributes are not supported currently.'
  const prefix = request.developerOnlyAttribute ? 'dev:custom:' : 'custom:'
  const bare = request.name.startsWith('custom:') ? request.name.slice(7) : request.name
  const attributeDataType = request.attributeDataType ?? 'String'
  const constraints = pickConstraints(request)
  const defaults =
    attributeDataType === 'String' && constraints.stringAttributeConstraints === undefined
      ? { stringAttributeConstraints: {} }
      : attributeDataType === 'Number' && constraints.numberAttributeConstraints === undefined
        ? { numberAttributeConstraints: {} }
        : {}
  return {
    name: prefix + bare,
    attributeDataType,
    developerOnlyAttribute: request.developerOnlyAttribute ?? false,
    mutable: request.mutable ?? true,
    required: false,
    ...constraints,
    ...defaults,
  }
}

function pickConstraints(
  request: AttributeRequest,
): Pick<SchemaAttribute, 'numberAttributeConstraints' | 'stringAttributeConstraints'> {
  const { numberAttributeConstraints, stringAttributeConstraints } = request
  return {
    ...(numberAttributeConstraints && { numberAttributeConstraints }),
    ...(stringAttributeConstraints && { stringAttributeConstraints }),
  }
}

function problem(text: string): SchemaOutcome {
  return { kind: 'problem', problem: text }
}
