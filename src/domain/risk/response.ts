// What a pool does about a risk: the action that its configuration has for the level, and what that
// means to a sign-in.
// Cognito: API reference, AccountTakeoverActionType, 2026.

import type { PasswordEvent, RiskSettings, TakeoverAction } from '../pool/risk-settings.js'
import { isInRanges } from '../pool/risk-settings.js'
import type { EventRisk, RiskLevel } from './event.js'

/**
 * What a sign-in that was assessed must do. `mfa`: show a second factor if the user has one.
 * `mfa-or-block`: show one, and be refused without one.
 */
export type RiskDemand = 'none' | 'mfa' | 'mfa-or-block' | 'block'

/** What a sign-in carries on of its assessment. */
export interface SignInRisk {
  readonly demand: RiskDemand
  readonly level?: RiskLevel | undefined
  /** Whether others know the password. */
  readonly isCompromised?: boolean | undefined
}

const DEMANDS: Readonly<Record<TakeoverAction['eventAction'], RiskDemand>> = {
  NO_ACTION: 'none',
  MFA_IF_CONFIGURED: 'mfa',
  MFA_REQUIRED: 'mfa-or-block',
  BLOCK: 'block',
}

/** The action of a level; undefined where nothing is done. */
export function actionOf(
  { accountTakeoverRisk: takeover }: RiskSettings,
  level: RiskLevel | undefined,
): TakeoverAction | undefined {
  switch (level) {
    case undefined:
      return undefined
    case 'Low':
      return takeover?.actions?.lowAction
    case 'Medium':
      return takeover?.actions?.mediumAction
    case 'High':
      return takeover?.actions?.highAction
  }
}

/** What an action demands of a sign-in. */
export function demandOf(action: TakeoverAction | undefined): RiskDemand {
  return action === undefined ? 'none' : DEMANDS[action.eventAction]
}

/** How the log tells a risk. */
export function eventRiskOf(level: RiskLevel | undefined, isBlocked: boolean): EventRisk {
  if (level === undefined) return { decision: 'NoRisk' }
  return { decision: isBlocked ? 'Block' : 'AccountTakeover', level }
}

/** Whether calls from the address are refused whatever they prove. */
export function isBlockedAddress(
  { riskExceptions }: RiskSettings,
  ip: string | undefined,
): boolean {
  return ip !== undefined && isInRanges(riskExceptions?.blockedIPRangeList, ip)
}

/** Whether calls from the address are assessed for nothing. */
export function isSkippedAddress(
  { riskExceptions }: RiskSettings,
  ip: string | undefined,
): boolean {
  return ip !== undefined && isInRanges(riskExceptions?.skippedIPRangeList, ip)
}

/** What is done about a password that is known to others; undefined: it is not looked at. */
export function compromisedAction(
  { compromisedCredentialsRisk: risk }: RiskSettings,
  event: PasswordEvent,
): 'BLOCK' | 'NO_ACTION' | undefined {
  if (risk === undefined) return undefined
  const { eventFilter, actions } = risk
  // Cognito: API reference, CompromisedCredentialsRiskConfigurationType, 2026: all by default.
  if (eventFilter !== undefined && eventFilter.length > 0 && !eventFilter.includes(event)) {
    return undefined
  }
  return actions?.eventAction === 'BLOCK' ? 'BLOCK' : 'NO_ACTION'
}
