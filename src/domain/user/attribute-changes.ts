// Changes of attributes after creation: what the schema and the client allow, and what becomes of
// an address's proof when the address changes. Where a pool holds changes of an address back
// (AttributesRequireVerificationBeforeUpdate), the new value waits beside the attributes, sealed
// with them, and the old one stays in force until a code has proven the new one.
// Cognito: developer guide, "Verifying updates to email addresses and phone numbers", 2026.

import type { Contact } from '../message/contact.js'
import type { GlobalSettings } from '../pool/settings.js'
import { isVerified, type User, type UserChange } from './user.js'

type Attributes = Readonly<Record<string, string>>

/** The attributes that a message can go to. */
export const ADDRESSES = ['email', 'phone_number'] as const

/** The addresses that the writes change and that the pool holds back until they are proven. */
export function heldAddresses(
  settings: Pick<
    GlobalSettings,
    'attributesRequireVerificationBeforeUpdate' | 'autoVerifiedAttributes'
  >,
  user: User,
  writes: Attributes,
): readonly Contact['attributeName'][] {
  return ADDRESSES.filter(
    (name) =>
      settings.attributesRequireVerificationBeforeUpdate.includes(name) &&
      settings.autoVerifiedAttributes.includes(name) &&
      isChanged(user, writes, name) &&
      // An administrator who says that the new value is verified has it in force at once.
      !isVerified(writes, name),
  )
}

/** Whether the writes give the address another value; removing it is none. */
export function isChanged(user: User, writes: Attributes, name: string): boolean {
  return Boolean(writes[name]) && writes[name] !== user.attributes[name]
}

/** The user after the writes, of which those of `held` addresses wait. */
export function withWrites(
  user: User,
  writes: Attributes,
  held: readonly Contact['attributeName'][] = [],
): UserChange {
  // What is said about the proof of an address that waits is about the value that waits.
  const waiting = new Set(held.flatMap((name) => [name as string, `${name}_verified`]))
  const applied = Object.fromEntries(Object.entries(writes).filter(([name]) => !waiting.has(name)))
  const attributes: Record<string, string> = { ...user.attributes, ...applied }
  const pendingAttributes: Record<string, string> = { ...user.pendingAttributes }
  for (const name of ADDRESSES) {
    if (isChanged(user, applied, name) && applied[`${name}_verified`] === undefined) {
      attributes[`${name}_verified`] = 'false'
    }
    // The latest write holds, so an earlier one does not wait any longer.
    if (writes[name] !== undefined) delete pendingAttributes[name]
    if (held.includes(name)) pendingAttributes[name] = writes[name] ?? ''
  }
  // An empty value removes the attribute, and an address takes its proof with it.
  for (const [name, value] of Object.entries(applied)) {
    if (value !== '') continue
    delete attributes[name]
    delete attributes[`${name}_verified`]
  }
  return { attributes, pendingAttributes }
}

/** The user's attributes without `names`; an address takes its proof with it. */
export function withoutAttributes(user: User, names: readonly string[]): UserChange {
  const gone = new Set(names.flatMap((name) => [name, `${name}_verified`]))
  const kept = (all: Attributes) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !gone.has(name)))
  return {
    attributes: kept(user.attributes),
    pendingAttributes: kept(user.pendingAttributes ?? {}),
  }
}

/** Whether the attribute is one that a code can prove. */
export function isAddress(name: string): boolean {
  return ADDRESSES.some((known) => known === name)
}

/** The address that a code for the attribute goes to and proves: one that waits comes first. */
export function addressToProve(user: User, attributeName: string): Contact | undefined {
  const name = ADDRESSES.find((known) => known === attributeName)
  const value = name && (user.pendingAttributes?.[name] ?? user.attributes[name])
  return name && value ? { attributeName: name, value } : undefined
}

/** The user with a proven address in force; undefined when it is not the user's any more. */
export function withProven(user: User, proven: Contact): UserChange | undefined {
  const { attributeName: name, value } = proven
  if (addressToProve(user, name)?.value !== value) return undefined
  const { [name]: _, ...pendingAttributes } = user.pendingAttributes ?? {}
  return {
    attributes: { ...user.attributes, [name]: value, [`${name}_verified`]: 'true' },
    pendingAttributes,
  }
}

/** Attributes that may be another user's name, the most likely first. */
const ALIASES = ['email', 'phone_number', 'preferred_username']

/** Which of the attributes that are written is another user's, when one is. */
export function takenAlias(writes: Attributes): string | undefined {
  return ALIASES.find((alias) => writes[alias] !== undefined)
}
