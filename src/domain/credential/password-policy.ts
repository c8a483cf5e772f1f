// What a pool asks of a password (PasswordPolicyType). A pool that says nothing asks for eight
// characters of all four kinds. Cognito: developer guide, "Adding user pool password
// requirements", 2026.
import { DIGITS, type Random } from '#base/random.js'
import type { PasswordPolicy } from '../pool/structures.js'

const SYMBOLS = '^$*.[]{}()?"!@#%&/\\,><\':;|_~`=+-'
const LONGEST = 256
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
/** Without those that are hard to tell apart or to type in a shell. */
const TYPED_SYMBOLS = '!@#%*-_+=?'

/** What is wrong with a password, in the service's words; undefined when nothing is. */
export function policyRefusal(policy: PasswordPolicy, password: string): string | undefined {
  const refuse = (why: string) => `Password did not conform with policy: ${why}`
  if ([...password].length < (policy.minimumLength ?? 8)) return refuse('Password not long enough')
  if (password.length > LONGEST) return refuse('Password too long')
  if (policy.requireUppercase && !/\p{Lu}/u.test(password)) {
    return refuse('Password must have uppercase characters')
  }
  if (policy.requireLowercase && !/\p{Ll}/u.test(password)) {
    return refuse('Password must have lowercase characters')
  }
  if (policy.requireNumbers && !/[0-9]/.test(password)) {
    return refuse('Password must have numeric characters')
  }
  if (policy.requireSymbols && !hasSymbol(password)) {
    return refuse('Password must have symbol characters')
  }
  if (/^\s|\s$/.test(password)) return refuse('Password must not begin or end with a space')
  return undefined
}

/** A space counts as a symbol inside a password, not at its ends. */
function hasSymbol(password: string): boolean {
  return (
    [...password].some((character) => SYMBOLS.includes(character)) || password.trim().includes(' ')
  )
}

/** A random password that any policy of this length accepts. */
export function temporaryPassword(policy: PasswordPolicy, random: Random): string {
  const length = Math.max(policy.minimumLength ?? 8, 12)
  const kinds = [UPPER, LOWER, DIGITS, TYPED_SYMBOLS]
  const characters = kinds.map((kind) => random.text(1, kind))
  characters.push(...random.text(length - characters.length, kinds.join('')))
  // Shuffled, so that no place is known to hold a kind.
  const order = random.bytes(characters.length * 2)
  return characters
    .map((character, at) => ({
      character,
      rank: (order[at * 2] ?? 0) * 256 + (order[at * 2 + 1] ?? 0),
    }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ character }) => character)
    .join('')
}
