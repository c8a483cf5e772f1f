// The filter of ListUsers: `attribute = "value"` or `attribute ^= "value"` (starts with).
// A quotation mark inside the value is written \", a backslash \\.
// Cognito: API reference, ListUsers, Filter, 2026.
import type { User } from './user.js'

/** Attributes that a filter may name. */
export const FILTER_ATTRIBUTES = [
  'username',
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
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

const FORM = /^\s*([^\s"=^]+)\s*(\^=|=)\s*"((?:[^"\\]|\\.)*)"\s*$/su

/** Parses a filter that is not empty. */
export function parseFilter(text: string): ParsedFilter {
  const parts = FORM.exec(text)
  if (parts === null) return { kind: 'problem', problem: 'Error while parsing filter.' }
  const [, attribute = '', operator, value = ''] = parts
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

function isFilterAttribute(name: string): name is FilterAttribute {
  return (FILTER_ATTRIBUTES as readonly string[]).includes(name)
}

/**
 * Whether the filter names the user. `cognito:user_status` compares without case and user names as
 * the pool does; everything else, `status` among it, with case.
 */
export function matchesFilter(
  user: User,
  filter: Filter,
  options: { readonly isCaseSensitive: boolean },
): boolean {
  const value = attributeOf(user, filter.attribute)
  if (value === undefined) return false
  const folds =
    filter.attribute === 'cognito:user_status' ||
    (filter.attribute === 'username' && !options.isCaseSensitive)
  const fold = (text: string) => (folds ? text.toLowerCase() : text)
  return filter.match === 'exact'
    ? fold(value) === fold(filter.value)
    : fold(value).startsWith(fold(filter.value))
}

function attributeOf(user: User, attribute: FilterAttribute): string | undefined {
  switch (attribute) {
    case 'username':
      return user.username
    case 'sub':
      return user.sub
    case 'cognito:user_status':
      return user.status
    case 'status':
      return user.isEnabled ? 'Enabled' : 'Disabled'
    default:
      return user.attributes[attribute]
  }
}
