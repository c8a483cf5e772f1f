// The filter of ListUsers: `attribute = "value"` or `attribute ^= "value"` (starts with).
// A quotation mark inside the value is written \", a backslash \\. The name may be quoted as well.
// Cognito: API reference, ListUsers, Filter, 2026; quoted names by what emulators accept.
import type { User } from './user.js'

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

function isFilterAttribute(name: string): name is FilterAttribute {
  return (FILTER_ATTRIBUTES as readonly string[]).includes(name)
}

// Cognito: developer guide, "Managing and searching for user accounts", 2026: "All searches are
// case-insensitive", sorted by the attribute, ascending; the reference of ListUsers excepts
// `status` and user names.

/**
 * Whether the filter names the user. `status` compares with case, user names as the pool does, and
 * everything else without.
 */
export function matchesFilter(
  user: User,
  filter: Filter,
  options: { readonly isCaseSensitive: boolean },
): boolean {
  const key = sortKey(user, filter.attribute, options)
  if (key === undefined) return false
  const asked = folds(filter.attribute, options) ? filter.value.toLowerCase() : filter.value
  return filter.match === 'exact' ? key === asked : key.startsWith(asked)
}

/** The text by which users that a filter names are sorted; undefined without the attribute. */
export function sortKey(
  user: User,
  attribute: FilterAttribute,
  options: { readonly isCaseSensitive: boolean },
): string | undefined {
  const value = attributeOf(user, attribute)
  return folds(attribute, options) ? value?.toLowerCase() : value
}

function folds(attribute: FilterAttribute, options: { readonly isCaseSensitive: boolean }) {
  return attribute === 'username' ? !options.isCaseSensitive : attribute !== 'status'
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
