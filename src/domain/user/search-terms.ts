// How sealed users are found by ListUsers. Each user has terms, which are hashed under the pool's
// index key before they are stored: the exact value of each searchable attribute, and its first 3
// and 6 characters for prefix filters. A shorter prefix narrows nothing and is filtered after
// opening; a longer one narrows by its first 6 and is then compared in full. Fewer prefix lengths
// mean that the stored terms tell less about the values.
//
// What must stay true: every user whom matchesFilter names has the term that termOf chooses. Terms
// may be shared by users whom the filter does not name, since the filter is asked again.
import type { Filter } from './filter.js'
import type { User } from './user.js'

const PREFIX_LENGTHS = [6, 3] as const

/** Attributes whose values ListUsers may search (user name, sub and statuses have own columns). */
export const SEARCHABLE_ATTRIBUTES = [
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
] as const

const exactTerm = (attribute: string, value: string) => `${attribute}=${value}`
const prefixTerm = (attribute: string, prefix: string) => `${attribute}^${prefix.length}^${prefix}`

/** All terms of a user, as text to be hashed. */
export function searchTerms(user: Pick<User, 'username' | 'attributes'>): readonly string[] {
  const terms = prefixTerms('username', foldedName(user.username))
  for (const attribute of SEARCHABLE_ATTRIBUTES) {
    const value = user.attributes[attribute]
    if (value === undefined || value === '') continue
    terms.push(exactTerm(attribute, value), ...prefixTerms(attribute, value))
  }
  return terms
}

/** User names compare without case in most pools, so their terms never tell cases apart. */
const foldedName = (username: string) => username.toLowerCase()

function prefixTerms(attribute: string, value: string): string[] {
  return PREFIX_LENGTHS.filter((length) => value.length >= length).map((length) =>
    prefixTerm(attribute, value.slice(0, length)),
  )
}

/** The term that every user whom the filter names has; undefined when there is none. */
export function termOf(filter: Filter): string | undefined {
  const { attribute, match, value } = filter
  if (attribute === 'username') {
    // An exact user name is found by its own column.
    return match === 'exact' ? undefined : longestPrefixTerm(attribute, foldedName(value))
  }
  if (!(SEARCHABLE_ATTRIBUTES as readonly string[]).includes(attribute)) return undefined
  if (match === 'prefix') return longestPrefixTerm(attribute, value)
  return value === '' ? undefined : exactTerm(attribute, value)
}

function longestPrefixTerm(attribute: string, prefix: string): string | undefined {
  const length = PREFIX_LENGTHS.find((size) => prefix.length >= size)
  return length === undefined ? undefined : prefixTerm(attribute, prefix.slice(0, length))
}
