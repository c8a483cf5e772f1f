// What a sign-in must do next. One pure function, asked when a flow begins and again after each
// challenge that was met, decides it from the settings, the user and what is proven; nothing else
// in a sign-in does. What must stay true: without a proof, or the word of the customer's trigger in
// CUSTOM_AUTH, tokens never come next.
//
//   begin (nothing proven)
//   |-- flow of the other side, not enabled, not known -------------------------> refused
//   |-- REFRESH_TOKEN_AUTH, REFRESH_TOKEN --------------------------------------> refresh
//   |-- USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, ADMIN_NO_SRP_AUTH --> PASSWORD --+
//   |-- USER_SRP_AUTH ----------------------------------------> PASSWORD_VERIFIER --+  |
//   |-- USER_AUTH ---> first-factor.ts: a choice, or one of its challenges ------+  |  |
//   `-- CUSTOM_AUTH -> custom                                                    |  |  |
//                                                                                |  |  |
//   first factor proven <--------------------------------------------------------+--+--+
//   |-- the risk blocks --------------------------------------------------------> refused
//   |-- user disabled, UNCONFIRMED, RESET_REQUIRED -----------------------------> refused
//   |-- password proven, FORCE_CHANGE_PASSWORD
//   |   |-- the temporary password is over, or this Region is a secondary ------> refused
//   |   `--> NEW_PASSWORD_REQUIRED --(the user is CONFIRMED)--> first factor proven
//   |-- step-up.ts, where a level was asked for: a challenge, refused -> first factor proven
//   |-- second-factor.ts: a challenge, MFA_SETUP, refused ----------> first factor proven
//   |-- CUSTOM_AUTH --> custom
//   |-- a remembered device, not proven --> DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER --+
//   `-- otherwise --------------------------------------------------------------> tokens <+
//
//   custom (the customer's trigger decides, and is asked after each challenge)
//   |-- not asked yet ----------------------------------------------------------> define
//   |-- it fails the sign-in ----------------------------------------------------> refused
//   |-- CUSTOM_CHALLENGE ----------------------------------------------> CUSTOM_CHALLENGE
//   |-- PASSWORD_VERIFIER, where the flow began with SRP and no password is proven yet
//   |       ----------------------------------------------------------> PASSWORD_VERIFIER
//   |-- PASSWORD_VERIFIER otherwise ---------------------------------------------> refused
//   |-- it issues tokens
//   |   |-- nobody has the name, user disabled, UNCONFIRMED, RESET_REQUIRED -----> refused
//   |   `-- as above: device, tokens
//   `-- a device proven, which comes last: as above, and the trigger is not asked again

import { isFlowAllowed, isFlowOfOtherSide } from '../client/auth-flows.js'
import { type Refused, refused } from '../refusal.js'
import { distinctFactors } from './factors.js'
import { choiceRequirement } from './first-factor.js'
import { secondRequirement } from './second-factor.js'
import { type AuthState, type AuthUser, challenge, type Requirement, TOKENS } from './state.js'
import { stepUpRequirement } from './step-up.js'

/** What comes next in a sign-in. */
export function nextRequirement(state: AuthState): Requirement {
  const { user, provenFactors, request } = state
  if (user === undefined || provenFactors.length === 0) return firstRequirement(state)
  if (request.flow === 'CUSTOM_AUTH' && !provenFactors.includes('password')) {
    return customRequirement(state)
  }
  return (
    blocked(state) ??
    accountRequirement(state, user) ??
    stepUpRequirement(state, user) ??
    secondRequirement(state, user) ??
    (request.flow === 'CUSTOM_AUTH' ? customRequirement(state) : lastRequirement(state))
  )
}

function blocked({ risk }: AuthState): Requirement | undefined {
  return risk === 'block' ? refused('security-reasons') : undefined
}

/** What a custom sign-in asks for is the customer's; who must show two factors brings them. */
function blockedCustom(state: AuthState): Requirement | undefined {
  const isShort = distinctFactors(state.provenFactors).length < 2
  if (state.risk === 'mfa-or-block' && isShort) return refused('security-reasons')
  return blocked(state)
}

function firstRequirement(state: AuthState): Requirement {
  const { flow, isAdmin } = state.request
  if (isFlowOfOtherSide(flow, isAdmin)) return refused('flow-of-other-side')
  if (!isFlowAllowed(state.client, flow, isAdmin)) return refused('flow-not-enabled', flow)
  switch (flow) {
    case 'USER_PASSWORD_AUTH':
    case 'ADMIN_USER_PASSWORD_AUTH':
    case 'ADMIN_NO_SRP_AUTH':
      return challenge('PASSWORD')
    case 'USER_SRP_AUTH':
      return challenge('PASSWORD_VERIFIER')
    case 'REFRESH_TOKEN_AUTH':
    case 'REFRESH_TOKEN':
      return { kind: 'refresh' }
    case 'USER_AUTH':
      return choiceRequirement(state.choice)
    case 'CUSTOM_AUTH':
      return customRequirement(state)
    default:
      return refused('flow-not-implemented', flow)
  }
}

/** What the state of the account asks for. */
function accountRequirement(state: AuthState, user: AuthUser): Requirement | undefined {
  const refusal = accountRefusal(user)
  if (refusal !== undefined) return refusal
  // Who came without the password needs no other one.
  const isTemporary = user.status === 'FORCE_CHANGE_PASSWORD'
  if (!isTemporary || !state.provenFactors.includes('password')) return undefined
  return newPasswordRequirement(state, user.temporaryUntilMs)
}

function accountRefusal({ isEnabled, status }: AuthUser): Refused | undefined {
  if (!isEnabled) return refused('user-disabled')
  if (status === 'UNCONFIRMED') return refused('user-not-confirmed')
  return status === 'RESET_REQUIRED' ? refused('password-reset-required') : undefined
}

function newPasswordRequirement(
  { pool, nowMs }: AuthState,
  temporaryUntilMs: number | undefined,
): Requirement {
  if (temporaryUntilMs !== undefined && temporaryUntilMs <= nowMs) {
    return refused('temporary-password-expired')
  }
  // The response would write the directory, so a secondary does not ask for it.
  if (!pool.isPrimary) return refused('primary-only')
  return challenge('NEW_PASSWORD_REQUIRED')
}

function customRequirement(state: AuthState): Requirement {
  const { request, provenFactors, user } = state
  // It was asked for when the trigger had issued tokens, which is the trigger's last word.
  const defined = provenFactors.includes('device') ? 'issue-tokens' : state.defined
  switch (defined) {
    case undefined:
      return { kind: 'define' }
    case 'fail':
      return refused('incorrect-credentials')
    case 'CUSTOM_CHALLENGE':
      return challenge('CUSTOM_CHALLENGE')
    case 'PASSWORD_VERIFIER':
      return request.beginsWithSrp === true && !provenFactors.includes('password')
        ? challenge('PASSWORD_VERIFIER')
        : refused('trigger-response-invalid')
    case 'issue-tokens':
      if (user === undefined) return refused('incorrect-credentials')
      return accountRefusal(user) ?? blockedCustom(state) ?? lastRequirement(state)
  }
}

function lastRequirement({ device, provenFactors }: AuthState): Requirement {
  const isDeviceOpen = device !== undefined && !provenFactors.includes('device')
  return isDeviceOpen ? challenge('DEVICE_SRP_AUTH') : TOKENS
}
