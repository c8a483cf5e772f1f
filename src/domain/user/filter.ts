// The filter of ListUsers: `attribute = "value"` or `attribute ^= "value"` (starts with).
// A quotation mark inside the value is written \", a backslash \\. The name may be quoted as well.
// Cognito: API reference, ListUsers, Filter, 2026; quoted names by what emulators accept.

/** Attributes whose values ListUsers may search (user name, sub and statuses have own columns). */
export const SEARCHABLE_ATTRIBUTES = [
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
] as const

/** Attributes that a filter may name. */
export const FILTER_ATTRIBUTES = [
  'username',
  ...SEARCHABLE_ATTRIBUTES,
  'cognito:user_status',
  'status',
  'sub',
] as const

/** An attribute that a filter may name. */
export type FilterAttribute = (typeof FILTER_ATTRIBUTES)[number]

/** A parsed filter. */
export interface Filter {
  readonly attribute: FilterAttribute
  readonly match: 'exact' | 'prefix'
  readonly value: string
}

/** The outcome of parsing; `problem` is for the caller. */
export type ParsedFilter =
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'problem'; readonly problem: string }

const FORM = /^\s*(?:([^\s"=^]+)|"([^\s"=^]+)")\s*(\^=|=)\s*"((?:[^"\\]|\\.)*)"\s*$/su

/** Parses a filter that is not empty. */
export function parseFilter(text: string): ParsedFilter {
  const parts = FORM.exec(text)
  if (parts === null) return { kind: 'problem', problem: 'Error while parsing filter.' }
  const [, plain, quoted, operator, value = ''] = parts
  const attribute = plain ?? quoted ?? ''
  if (!isFilterAttribute(attribute)) {
    return { kind: 'problem', problem: `Invalid search attribute: ${attribute}` }
  }
  return {
    kind: 'filter',
    filter: {
      attribute,
      match: operator === '=' ? 'exact' : 'prefix',
      value: value.replace(/\\(.)/gsu, '$1'),
    },
  }
}

/** The text of a filter, as `parseFilter` reads it. */
export function filterText({ attribute, match, value }: Filter): string {
  const operator = match === 'exact' ? '=' : '^='
  return `${attribute} ${operator} "${value.replace(/["\\]/g, '\\$&')}"`
}

/** Whether a filter may name the attribute. */
export function isFilterAttribute(name: string): name is FilterAttribute {
  return (FILTER_ATTRIBUTES as readonly string[]).includes(name)
}
