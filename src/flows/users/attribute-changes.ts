// Changes of attributes after creation: what the schema and the client allow, and what becomes of
// an address's proof when the address changes.
import { attributeRefusal } from '#domain/user/attributes.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { UserChange } from './user-records.js'

type Attributes = Readonly<Record<string, string>>

/** What is wrong with the writes, in the service's words; undefined when nothing is. */
export function writeRefusal(
  pool: Pool,
  user: User,
  options: { writes: Attributes; writable: readonly string[] | undefined; isAdmin: boolean },
): string | undefined {
  return attributeRefusal({
    schema: pool.settings.schemaAttributes,
    isCreation: false,
    current: user.attributes,
    ...options,
  })
}

/** The user's attributes after the writes. A changed address is not verified any more. */
export function withWrites(user: User, writes: Attributes): UserChange {
  const attributes: Record<string, string> = { ...user.attributes, ...writes }
  for (const name of ['email', 'phone_number']) {
    const isChanged = writes[name] !== undefined && writes[name] !== user.attributes[name]
    if (isChanged && writes[`${name}_verified`] === undefined) {
      attributes[`${name}_verified`] = 'false'
    }
  }
  // An empty value removes the attribute, and an address takes its proof with it.
  for (const [name, value] of Object.entries(writes)) {
    if (value !== '') continue
    delete attributes[name]
    delete attributes[`${name}_verified`]
  }
  return { attributes }
}

/** The user's attributes without `names`; an address takes its proof with it. */
export function withoutAttributes(user: User, names: readonly string[]): UserChange {
  const gone = new Set(names.flatMap((name) => [name, `${name}_verified`]))
  const kept = Object.entries(user.attributes).filter(([name]) => !gone.has(name))
  return { attributes: Object.fromEntries(kept) }
}
