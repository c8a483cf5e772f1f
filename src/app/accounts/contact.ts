// Which address a code goes to, and which attributes a pool verifies by itself.

import type { Contact } from '#app/messages/codes.js'
import type { GlobalSettings } from '#domain/pool/settings.js'
import { isVerified, type User } from '#domain/user/user.js'

const KINDS = ['phone_number', 'email'] as const

/** Where the sign-up code goes: the phone number is preferred, as the service does. */
export function autoVerifiedContact(settings: GlobalSettings, user: User): Contact | undefined {
  for (const attributeName of KINDS) {
    const value = user.attributes[attributeName]
    if (value && settings.autoVerifiedAttributes.includes(attributeName)) {
      return { attributeName, value }
    }
  }
  return undefined
}

/** Where a password reset code goes: a verified address, by the pool's order of preference. */
export function recoveryContact(settings: GlobalSettings, user: User): Contact | undefined {
  for (const attributeName of recoveryOrder(settings)) {
    const value = user.attributes[attributeName]
    if (value && isVerified(user.attributes, attributeName)) {
      return { attributeName, value }
    }
  }
  return undefined
}

/** Whether nobody but an administrator resets a password: then for any user, known or not. */
export function isRecoveryByAdminOnly(settings: GlobalSettings): boolean {
  const mechanisms = recoveryMechanisms(settings)
  return mechanisms?.length === 1 && mechanisms[0]?.name === 'admin_only'
}

export function contactFor(
  user: User,
  attributeName: Contact['attributeName'],
): Contact | undefined {
  const value = user.attributes[attributeName]
  return value ? { attributeName, value } : undefined
}

/** AccountRecoverySetting, by priority; without one the phone number comes first. */
function recoveryOrder(settings: GlobalSettings): readonly Contact['attributeName'][] {
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

function recoveryMechanisms(settings: GlobalSettings) {
  const setting = settings.accountRecoverySetting as
    | { recoveryMechanisms?: readonly { priority: number; name: string }[] }
    | undefined
  return setting?.recoveryMechanisms
}
