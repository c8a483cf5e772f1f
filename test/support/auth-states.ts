// States of a sign-in and walks along the diagrams of #domain/challenge.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthFactor } from '#domain/challenge/factors.js'
import { nextRequirement } from '#domain/challenge/requirements.js'
import type {
  AuthPool,
  AuthState,
  AuthUser,
  PoolMfa,
  Requirement,
} from '#domain/challenge/state.js'
import type { MfaMethod, UserFactors } from '#domain/user/factors.js'

export const NOW = 1_000_000
export const ALL_FLOWS = [
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_USER_AUTH',
]
export const SMS = 'SMS_MFA'
export const APP = 'SOFTWARE_TOKEN_MFA'
export const MAIL = 'EMAIL_OTP'
export const EVERY: readonly MfaMethod[] = [SMS, APP, MAIL]
export const EMAIL = { email: 'a@example.com' }
export const PHONE = { phone_number: '+15555550100' }

export const OFF: PoolMfa = {
  configuration: 'OFF',
  methods: EVERY,
  isPasskeyEnough: false,
  recoveryAddress: undefined,
  takesSoftwareTokens: true,
}
export const OPTIONAL: PoolMfa = { ...OFF, configuration: 'OPTIONAL' }
export const ON: PoolMfa = { ...OFF, configuration: 'ON' }
export const withApp = (
  enabled: readonly MfaMethod[] = [APP],
  preferred?: MfaMethod,
): UserFactors => ({
  softwareToken: { secret: 'JBSWY3DPEHPK3PXP' },
  mfa: { enabled, preferred },
})

export function begin(
  flow: string,
  change: Partial<Omit<AuthState, 'pool'>> & {
    isAdmin?: boolean
    beginsWithSrp?: boolean
    pool?: Partial<AuthPool>
  } = {},
): AuthState {
  const { isAdmin = false, beginsWithSrp = false, pool, ...rest } = change
  return {
    request: { flow, isAdmin, beginsWithSrp },
    pool: { isPrimary: true, mfa: OFF, firstFactors: ['PASSWORD'], ...pool },
    client: { explicitAuthFlows: ALL_FLOWS },
    provenFactors: [],
    user: undefined,
    nowMs: NOW,
    ...rest,
  }
}

export function user(change: Partial<AuthUser> = {}): AuthUser {
  return {
    isEnabled: true,
    status: 'CONFIRMED',
    attributes: {},
    hasPassword: true,
    temporaryUntilMs: undefined,
    factors: {},
    ...change,
  }
}

export interface Proven
  extends Partial<AuthUser>,
    Partial<Pick<AuthState, 'chosen' | 'device' | 'risk'>> {
  readonly isPrimary?: boolean
  readonly mfa?: PoolMfa
  readonly proven?: readonly AuthFactor[]
  readonly flow?: string
}

export function proven(change: Proven): AuthState {
  const { isPrimary = true, mfa = OFF, proven: provenFactors = ['password'] } = change
  const { flow = 'USER_SRP_AUTH', chosen, device, risk, ...ofUser } = change
  return begin(flow, {
    pool: { isPrimary, mfa },
    provenFactors,
    user: user(ofUser),
    chosen,
    device,
    risk,
  })
}

export const temporary = (change: Proven = {}) =>
  proven({ status: 'FORCE_CHANGE_PASSWORD', ...change })
export const chosen = (choice: AuthState['choice']) => begin('USER_AUTH', { choice })
export const custom = (change: Parameters<typeof begin>[1] = {}) => begin('CUSTOM_AUTH', change)

export type Edge = readonly [string, AuthState, Requirement]

/** Tests every edge of a node; each name of a requirement must be reached by one. */
export function walk(node: string, edges: readonly Edge[], reached: readonly string[]): void {
  for (const [edge, state, expected] of edges) {
    test(`${node}: ${edge}`, () => assert.deepEqual(nextRequirement(state), expected))
  }
  test(`${node}: every requirement is reached`, () => {
    const found = edges
      .map(([, state]) => nextRequirement(state))
      .map((one) => ('name' in one ? one.name : 'reason' in one ? one.reason : one.kind))
    assert.deepEqual([...new Set(found)].sort(), [...reached].sort())
  })
}
