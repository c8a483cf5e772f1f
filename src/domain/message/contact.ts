// Which address a code goes to, which attributes a pool verifies by itself, and how a delivery is
// told without telling the address.

import type { GlobalSettings } from '../pool/settings.js'
import { normalName } from '../user/aliases.js'
import { NO_FACTORS, type UserFactors } from '../user/factors.js'
import { isVerified, type User } from '../user/user.js'

const KINDS = ['phone_number', 'email'] as const

/** Addresses of preferred second factors. */
const SECOND_FACTORS: Readonly<Record<string, 'email' | 'phone_number'>> = {
  EMAIL_OTP: 'email',
  SMS_MFA: 'phone_number',
}

/** Where a message for a user can go. */
export interface Contact {
  readonly attributeName: 'email' | 'phone_number'
  readonly value: string
}

/** How a code went out, as CodeDeliveryDetails tells it. */
export interface Delivery {
  readonly destination: string
  readonly deliveryMedium: 'EMAIL' | 'SMS'
  readonly attributeName: 'email' | 'phone_number'
}

type Verifies = Pick<GlobalSettings, 'autoVerifiedAttributes'>
type Recovers = Pick<GlobalSettings, 'accountRecoverySetting'>

/** Where the sign-up code goes: the phone number is preferred, as the service does. */
export function autoVerifiedContact(settings: Verifies, user: User): Contact | undefined {
  for (const attributeName of KINDS) {
    const value = user.attributes[attributeName]
    if (value && settings.autoVerifiedAttributes.includes(attributeName)) {
      return { attributeName, value }
    }
  }
  return undefined
}

// Cognito: developer guide, "SMS and email message MFA" (a user who receives codes of sign-ins at
// an address does not recover the password there), 2026.
/** Where a password reset code goes: a verified address, by the pool's order of preference. */
export function recoveryContact(
  settings: Recovers,
  user: User,
  { mfa }: UserFactors = NO_FACTORS,
): Contact | undefined {
  const { enabled = [], preferred } = mfa ?? {}
  // The only factor is asked for as a preferred one is.
  const asked = preferred ?? (enabled.length === 1 ? enabled[0] : undefined)
  const second = SECOND_FACTORS[asked ?? '']
  for (const attributeName of recoveryOrder(settings)) {
    const value = user.attributes[attributeName]
    // Whoever reads that mailbox would have both factors.
    if (attributeName === second) continue
    if (value && isVerified(user.attributes, attributeName)) {
      return { attributeName, value }
    }
  }
  return undefined
}

/** Whether only an administrator resets a password: then for any user, known or not. */
export function isRecoveryByAdminOnly(settings: Recovers): boolean {
  const mechanisms = recoveryMechanisms(settings)
  return mechanisms?.length === 1 && mechanisms[0]?.name === 'admin_only'
}

/** The user's address of one kind, proven or not. */
export function contactFor(
  user: User,
  attributeName: Contact['attributeName'],
): Contact | undefined {
  const value = user.attributes[attributeName]
  return value ? { attributeName, value } : undefined
}

/** AccountRecoverySetting, by priority; without one the phone number comes first. */
function recoveryOrder(settings: Recovers): readonly Contact['attributeName'][] {
  const mechanisms = recoveryMechanisms(settings)
  if (mechanisms === undefined) return KINDS
  const names: Record<string, Contact['attributeName']> = {
    verified_email: 'email',
    verified_phone_number: 'phone_number',
  }
  return [...mechanisms]
    .sort((a, b) => a.priority - b.priority)
    .flatMap(({ name }) => names[name] ?? [])
}

function recoveryMechanisms(settings: Recovers) {
  const setting = settings.accountRecoverySetting as
    | { recoveryMechanisms?: readonly { priority: number; name: string }[] }
    | undefined
  return setting?.recoveryMechanisms
}

/** Where a message went, masked as the service masks it: `a***@e***`, `+*******1234`. */
export function deliveryOf(contact: Contact): Delivery {
  return {
    destination: mask(contact),
    deliveryMedium: contact.attributeName === 'email' ? 'EMAIL' : 'SMS',
    attributeName: contact.attributeName,
  }
}

function mask({ attributeName, value }: Contact): string {
  if (attributeName === 'phone_number') {
    return `+${'*'.repeat(Math.max(0, value.length - 5))}${value.slice(-4)}`
  }
  const [local = '', host = ''] = value.split('@')
  return `${local.slice(0, 1)}***@${host.slice(0, 1)}***`
}

/**
 * A made-up address for a name without a user, in the form of a real one. What the name does not
 * show comes from `hash`: three bytes that cannot be derived outside, the same for a name each
 * time.
 */
export function decoyContact(
  settings: Verifies & Pick<GlobalSettings, 'isCaseSensitive'>,
  typedName: string,
  hash: Uint8Array,
): Contact {
  const name = normalName(settings, typedName)
  const [first = 0, second = 0, third = 0] = hash
  const verifies = (attribute: string) => settings.autoVerifiedAttributes.includes(attribute)
  const isPhone = name.startsWith('+') || (!verifies('email') && verifies('phone_number'))
  if (isPhone) {
    const digits = String(first * 65_536 + second * 256 + third).padStart(11, '0')
    return { attributeName: 'phone_number', value: name.startsWith('+') ? name : `+${digits}` }
  }
  const letter = (byte: number) => String.fromCharCode(97 + (byte % 26))
  const value = name.includes('@') ? name : `${letter(first)}@${letter(second)}`
  return { attributeName: 'email', value }
}
