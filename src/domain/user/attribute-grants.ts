// Which attributes an app client's ReadAttributes and WriteAttributes mean. What must stay true: a
// list grants what it names and nothing else; no list grants whatever the pool's schema has.

/** Names the attributes of the OpenID Connect scope `profile` together. */
export const PROFILE_GRANT = 'oidc:profile'

// Cognito: developer guide, "Attribute permissions and scopes", 2026: the scope's claims without
// email, phone_number, sub and address.
const PROFILE: ReadonlySet<string> = new Set([
  'name',
  'family_name',
  'given_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
])

/** Whether the client's list grants the attribute. */
export function grantsAttribute(granted: readonly string[] | undefined, name: string): boolean {
  if (granted === undefined || granted.includes(name)) return true
  return PROFILE.has(name) && granted.includes(PROFILE_GRANT)
}
