// Which names sign a user in. A pool either has user names of its own, to which verified addresses
// and a preferred name may be added as aliases (AliasAttributes), or takes an address instead of a
// user name (UsernameAttributes), and the user name is then the user's sub. At most one kind of
// alias is tried for a name, chosen by its form, so a sign-in is one look-up.
//
// What must stay true: no two users of a pool have a sign-in name in common. An address therefore
// cannot be a plain user name where addresses are aliases, and an unverified address is no alias.
// Cognito: developer guide, "Customizing sign-in attributes", 2026.
import type { AliasAttribute, GlobalSettings } from '../pool/settings.js'
import { isVerified, type User } from './user.js'

const ALIAS_KINDS: readonly AliasAttribute[] = ['email', 'phone_number', 'preferred_username']

/** The settings of a pool that say how its users sign in. */
export type SignInNames = Pick<
  GlobalSettings,
  'aliasAttributes' | 'usernameAttributes' | 'isCaseSensitive'
>

/** Names compare without case unless the pool says otherwise. */
export function normalName(settings: Pick<SignInNames, 'isCaseSensitive'>, name: string): string {
  return settings.isCaseSensitive ? name : name.toLowerCase()
}

/** The kinds of alias that the pool's users have, as far as this version knows them. */
export function aliasKinds(settings: Pick<SignInNames, 'aliasAttributes'>) {
  return ALIAS_KINDS.filter((kind) => settings.aliasAttributes.includes(kind))
}

/** Which alias a typed-in name could be in this pool: at most one, by its form. */
export function aliasKindOf(settings: SignInNames, name: string): AliasAttribute | undefined {
  const kinds: readonly string[] = [...settings.aliasAttributes, ...settings.usernameAttributes]
  if (kinds.includes('email') && name.includes('@')) return 'email'
  if (kinds.includes('phone_number') && name.startsWith('+')) return 'phone_number'
  return kinds.includes('preferred_username') ? 'preferred_username' : undefined
}

/** The alias that an attribute gives its user; undefined when it gives none. */
export function claimedAlias(
  settings: SignInNames,
  user: Pick<User, 'attributes'>,
  kind: AliasAttribute,
): string | undefined {
  const value = user.attributes[kind]
  if (value === undefined || value === '') return undefined
  // In place of a user name an address counts at once; as an alias only when it is verified.
  if (kind !== 'preferred_username' && settings.usernameAttributes.includes(kind)) return value
  if (!settings.aliasAttributes.includes(kind)) return undefined
  if (kind === 'preferred_username') return value
  return isVerified(user.attributes, kind) ? value : undefined
}

/** The names of a new user, or what is wrong with the one that was asked for. */
export type NewUserName =
  | {
      readonly kind: 'named'
      readonly username: string
      readonly attributes: Readonly<Record<string, string>>
    }
  | { readonly kind: 'problem'; readonly problem: string }

/** Names a new user. `sub` is the user's ID, which is the user name where an address signs in. */
export function nameNewUser(
  settings: SignInNames,
  asked: {
    readonly username: string
    readonly sub: string
    readonly attributes: Readonly<Record<string, string>>
  },
): NewUserName {
  const { username, sub, attributes } = asked
  if (settings.usernameAttributes.length === 0) {
    const shadowed = shadowedAlias(settings, username)
    if (shadowed !== undefined) {
      const why = `since user pool is configured for ${shadowed} alias.`
      return problem(`Username cannot be of ${shadowed} format, ${why}`)
    }
    return { kind: 'named', username: normalName(settings, username), attributes }
  }
  const isEmail = username.includes('@')
  const kind = isEmail ? 'email' : 'phone_number'
  if (!settings.usernameAttributes.includes(kind) || !(isEmail || username.startsWith('+'))) {
    return problem(`Username should be ${wantedForm(settings)}.`)
  }
  const value = normalName(settings, username)
  const given = attributes[kind]
  if (given !== undefined && normalName(settings, given) !== value) {
    return problem(`Attribute ${kind} does not match the username.`)
  }
  const named = { ...attributes, [kind]: given ?? value }
  return { kind: 'named', username: sub, attributes: named }
}

/** The alias that a plain user name of this form would shadow for the user who holds it. */
function shadowedAlias({ aliasAttributes }: SignInNames, username: string) {
  if (aliasAttributes.includes('email') && username.includes('@')) return 'email'
  const isPhone = aliasAttributes.includes('phone_number') && /^\+\d+$/.test(username)
  return isPhone ? 'phone number' : undefined
}

function wantedForm({ usernameAttributes }: SignInNames): string {
  if (usernameAttributes.length > 1) return 'either an email or a phone number'
  return usernameAttributes[0] === 'email' ? 'an email' : 'a phone number'
}

function problem(text: string): NewUserName {
  return { kind: 'problem', problem: text }
}
