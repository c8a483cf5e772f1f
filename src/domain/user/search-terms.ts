// How sealed users are found by ListUsers. Each user has terms, which are hashed under the pool's
// index key before they are stored: the exact value of each searchable attribute, and its first 3
// and 6 characters for prefix filters. A shorter prefix narrows nothing and is filtered after
// opening; a longer one narrows by its first 6 and is then compared in full. Fewer prefix lengths
// mean that the stored terms tell less about the values.
//
// Terms are made of folded text, so that they never tell cases apart. Users of earlier versions
// have terms of the text as it was written, and no FOLDED_MARK, until the leader has renewed them.
//
// What must stay true: every user whom matchesFilter names has one of the terms that termsOf
// chooses. Terms may be shared by users whom the filter does not name, since the filter is asked
// again.
import { type Filter, SEARCHABLE_ATTRIBUTES } from './filter.js'
import type { User } from './user.js'

const PREFIX_LENGTHS = [6, 3] as const

/** Stored beside the hashed terms of a user whose terms are folded ("folded", 0, 1 in bytes). */
export const FOLDED_MARK = 7_381_237_492_737_114_113n

const exactTerm = (attribute: string, value: string) => `${attribute}=${value}`
const prefixTerm = (attribute: string, prefix: string) => `${attribute}^${prefix.length}^${prefix}`

/** All terms of a user, as text to be hashed. */
export function searchTerms(user: Pick<User, 'username' | 'attributes'>): readonly string[] {
  const terms = prefixTerms('username', folded(user.username))
  for (const attribute of SEARCHABLE_ATTRIBUTES) {
    const value = user.attributes[attribute]
    if (value === undefined || value === '') continue
    terms.push(exactTerm(attribute, folded(value)), ...prefixTerms(attribute, folded(value)))
  }
  return terms
}

const folded = (text: string) => text.toLowerCase()

function prefixTerms(attribute: string, value: string): string[] {
  return PREFIX_LENGTHS.filter((length) => value.length >= length).map((length) =>
    prefixTerm(attribute, value.slice(0, length)),
  )
}

/**
 * Terms of which every user whom the filter names has one: that of the folded text, and for users
 * of earlier versions that of the text as it was typed. Empty when there is none.
 */
export function termsOf(filter: Filter): readonly string[] {
  const { attribute, value } = filter
  const isSearchable = (SEARCHABLE_ATTRIBUTES as readonly string[]).includes(attribute)
  // User names were always folded; an exact one is found by its own column.
  const texts =
    attribute === 'username' && filter.match === 'prefix'
      ? [folded(value)]
      : isSearchable
        ? [...new Set([folded(value), value])]
        : []
  return texts.flatMap((text) => termOf(filter, text) ?? [])
}

function termOf({ attribute, match }: Filter, text: string): string | undefined {
  if (match === 'prefix') return longestPrefixTerm(attribute, text)
  return text === '' ? undefined : exactTerm(attribute, text)
}

function longestPrefixTerm(attribute: string, prefix: string): string | undefined {
  const length = PREFIX_LENGTHS.find((size) => prefix.length >= size)
  return length === undefined ? undefined : prefixTerm(attribute, prefix.slice(0, length))
}
