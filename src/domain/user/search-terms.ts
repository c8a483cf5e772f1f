// How sealed users are found by ListUsers. Each user has terms, which are hashed under the pool's
// index key before they are stored: the exact value of each searchable attribute, and its first 3
// and 6 characters for prefix filters. A shorter prefix narrows nothing and is filtered after
// opening; a longer one narrows by its first 6 and is then compared in full. Fewer prefix lengths
// mean that the stored terms tell less about the values.
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
  const terms = prefixTerms('username', user.username)
  for (const attribute of SEARCHABLE_ATTRIBUTES) {
    const value = user.attributes[attribute]
    if (value === undefined || value === '') continue
    terms.push(exactTerm(attribute, value), ...prefixTerms(attribute, value))
  }
  return terms
}

function prefixTerms(attribute: string, value: string): string[] {
  return PREFIX_LENGTHS.filter((length) => value.length >= length).map((length) =>
    prefixTerm(attribute, value.slice(0, length)),
  )
}

/** The term that every user whom the filter names has; undefined when there is none. */
export function termOf(filter: Filter): string | undefined {
  const isSearchable = (SEARCHABLE_ATTRIBUTES as readonly string[]).includes(filter.attribute)
  if (filter.match === 'exact') {
    return isSearchable ? exactTerm(filter.attribute, filter.value) : undefined
  }
  if (!isSearchable && filter.attribute !== 'username') return undefined
  const length = PREFIX_LENGTHS.find((size) => filter.value.length >= size)
  return length === undefined
    ? undefined
    : prefixTerm(filter.attribute, filter.value.slice(0, length))
}
