// Which users a filter of ListUsers names, and in which order they are listed.
import type { Filter, FilterAttribute } from './filter.js'
import type { User } from './user.js'

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
