// Whether a sign-in needs a second factor, and which.
//
//   first factor proven
//   |-- the risk demands one: as below, as if MFA were ON, without devices; who has no active
//   |   method is refused, or goes on as below, by what the risk demands
//   |-- MFA OFF, or met -----------------------------------------------------> nothing
//   |-- no active method
//   |   |-- one that the user enabled has lost its address or app --------------> refused
//   |   |-- OPTIONAL ---------------------------------------------------------> nothing
//   |   |-- nothing that can be set up, or this Region is a secondary --------> refused
//   |   `-- otherwise --------------------------------------------------> MFA_SETUP
//   |-- a remembered device that stands for MFA
//   |   |-- CUSTOM_AUTH, where its proof comes last -------------------------> nothing
//   |   `-- otherwise ----------------------------------------------> DEVICE_SRP_AUTH
//   |-- only an authenticator app, whose codes this Region does not take -----> refused
//   |-- the method that was chosen, else the preferred one, else the only one
//   |       SMS_MFA, EMAIL_OTP, SOFTWARE_TOKEN_MFA
//   `-- several ---------------------------------------------------------> SELECT_MFA_TYPE
//
// Met: by a second distinct factor, a device, or a passkey with user verification where the pool
// takes one for two. CUSTOM_AUTH without a password is the customer's own.
//
// Active: an authenticator app that the user did not switch off, also where the pool no longer
// offers any; an address that the user opted in to; and where MFA is ON also an address that the
// user has, except for the one that codes for a forgotten password go to first, since one mailbox
// would then be both factors.
// Cognito: developer guide, "Adding MFA to a user pool", 2026.

import { refused } from '../refusal.js'
import { MFA_METHODS, type MfaMethod } from '../user/factors.js'
import { type AuthFactor, distinctFactors, hasPasskey } from './factors.js'
import {
  type AuthPool,
  type AuthState,
  type AuthUser,
  challenge,
  type Requirement,
} from './state.js'

const ADDRESSES = { SMS_MFA: 'phone_number', EMAIL_OTP: 'email' } as const

const FACTORS: Readonly<Record<MfaMethod, AuthFactor>> = {
  SMS_MFA: 'sms-code',
  EMAIL_OTP: 'email-code',
  SOFTWARE_TOKEN_MFA: 'software-token',
}

/** The factor that a response to the challenge of a method proves. */
export function factorOfMethod(method: MfaMethod): AuthFactor {
  return FACTORS[method]
}

/** Second factors that a user is asked for in this pool. */
export function activeMethods(
  { mfa }: Pick<AuthPool, 'mfa'>,
  { attributes, factors }: Pick<AuthUser, 'attributes' | 'factors'>,
): readonly MfaMethod[] {
  if (mfa.configuration === 'OFF') return []
  const enabled = factors.mfa?.enabled ?? []
  return MFA_METHODS.filter((method) => {
    const isEnabled = enabled.includes(method)
    if (method === 'SOFTWARE_TOKEN_MFA') return isEnabled && factors.softwareToken !== undefined
    const address = ADDRESSES[method]
    if (!mfa.methods.includes(method) || !attributes[address]) return false
    return isEnabled || (mfa.configuration !== 'OPTIONAL' && address !== mfa.recoveryAddress)
  })
}

/** The second factor that comes next; undefined when none does. */
export function secondRequirement(state: AuthState, user: AuthUser): Requirement | undefined {
  const { request, pool, provenFactors, chosen, device, risk } = state
  const { mfa } = pool
  if (isMet(state)) return undefined
  const isDemanded = risk === 'mfa' || risk === 'mfa-or-block'
  const active = activeMethods(isDemanded ? strictest(pool) : pool, user).filter((method) => {
    return !provenFactors.includes(FACTORS[method])
  })
  if (active.length === 0 && risk === 'mfa-or-block') return refused('security-reasons')
  if (mfa.configuration === 'OFF') return undefined
  if (active.length === 0) {
    if (hasLostMeans(pool, user)) return refused('mfa-method-absent')
    return mfa.configuration === 'OPTIONAL' ? undefined : setupRequirement(pool, user)
  }
  // A device stands for a factor of the one who has it, who is in doubt.
  if (device === 'instead-of-mfa' && !isDemanded) {
    // The customer's trigger comes first; without the device's proof there are no tokens.
    return request.flow === 'CUSTOM_AUTH' ? undefined : challenge('DEVICE_SRP_AUTH')
  }
  const usable = mfa.takesSoftwareTokens
    ? active
    : active.filter((method) => method !== 'SOFTWARE_TOKEN_MFA')
  const [first] = usable
  if (first === undefined) return refused('primary-only')
  const preferred = user.factors.mfa?.preferred
  const found = [chosen, preferred].find((one) => one !== undefined && usable.includes(one))
  if (found !== undefined) return challenge(found)
  return usable.length === 1 ? challenge(first) : challenge('SELECT_MFA_TYPE', usable)
}

/** A pool without MFA has no methods, whatever the risk. */
function strictest(pool: AuthPool): AuthPool {
  const { mfa } = pool
  return mfa.configuration === 'OFF' ? pool : { ...pool, mfa: { ...mfa, configuration: 'ON' } }
}

function isMet({ request, pool, provenFactors }: AuthState): boolean {
  if (provenFactors.includes('device')) return true
  if (distinctFactors(provenFactors).length > 1) return true
  if (request.flow === 'CUSTOM_AUTH' && !provenFactors.includes('password')) return true
  return (
    pool.mfa.isPasskeyEnough &&
    hasPasskey(provenFactors) &&
    provenFactors.includes('user-verification')
  )
}

/** Whether the user enabled a factor that the pool asks for and cannot show it any more. */
function hasLostMeans({ mfa }: AuthPool, { attributes, factors }: AuthUser): boolean {
  return (factors.mfa?.enabled ?? []).some((method) => {
    if (method === 'SOFTWARE_TOKEN_MFA') return factors.softwareToken === undefined
    return mfa.methods.includes(method) && !attributes[ADDRESSES[method]]
  })
}

/** An address is set up by giving it, so that one that the user has already is no choice. */
function setupRequirement({ isPrimary, mfa }: AuthPool, { attributes }: AuthUser): Requirement {
  const options = mfa.methods.filter(
    (method) => method === 'SOFTWARE_TOKEN_MFA' || (method === 'EMAIL_OTP' && !attributes['email']),
  )
  if (options.length === 0) return refused('mfa-method-absent')
  // The response would write the directory, so a secondary does not ask for it.
  return isPrimary ? challenge('MFA_SETUP', options) : refused('primary-only')
}
