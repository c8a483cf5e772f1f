import { operation } from '../operation.js'
import { toMfaShape } from './mfa-config.js'

/** Describes the MFA and passkey settings of a pool. */
export const GetUserPoolMfaConfig = operation(
  { name: 'GetUserPoolMfaConfig', auth: 'iam', region: 'any' },
  (ctx) => toMfaShape(ctx.pool),
)
