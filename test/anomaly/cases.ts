// One case or more for each operation that writes: how to make what a call needs, and the call. The
// tests beside this take them all, whatever else is true of an operation; an operation without a
// case fails test/coverage.
import { ACCOUNT_CASES } from './cases-account.js'
import { ADMIN_CASES } from './cases-admin.js'
import { DEVICE_CASES } from './cases-devices.js'
import { FACTOR_CASES } from './cases-factors.js'
import { IMPORT_CASES } from './cases-imports.js'
import { LIMIT_CASES } from './cases-limits.js'
import { PASSKEY_CASES } from './cases-passkeys.js'
import { POOL_CASES } from './cases-pools.js'
import { RISK_CASES } from './cases-risk.js'
import { SESSION_CASES } from './cases-sessions.js'
import { SIGN_IN_CASES } from './cases-sign-in.js'
import type { Rig } from './rig.js'

export interface WriteCase {
  /** What sets it apart from other cases of the operation. */
  readonly what?: string
  /** Makes what the call needs; returns its input. */
  readonly prepare: (rig: Rig) => Promise<object>
  /** How a call ends that is made again after it was carried out, where it does not succeed. */
  readonly again?: string
  /** How the call ends, where what it writes is the count of a failure. */
  readonly ends?: string
  /** Changes that may stay behind an error without the others, and why nothing is lost by that. */
  readonly harmless?: { readonly changes: readonly string[]; readonly because: string }
}

/** `reads`: writes nothing. */
export type Case = 'reads' | readonly WriteCase[]

export const CASES: Readonly<Record<string, Case>> = {
  ...ACCOUNT_CASES,
  ...ADMIN_CASES,
  ...DEVICE_CASES,
  ...FACTOR_CASES,
  ...IMPORT_CASES,
  ...LIMIT_CASES,
  ...PASSKEY_CASES,
  ...POOL_CASES,
  ...RISK_CASES,
  ...SESSION_CASES,
  ...SIGN_IN_CASES,
}
