// Codes of authenticator apps (TOTP, RFC 6238): HMAC-SHA-1, 6 digits, steps of 30 seconds, one step
// of tolerance to either side, as the service has them.
// Cognito: developer guide, "TOTP software token MFA", 2026.
import { Secret, TOTP } from 'otpauth'

const PERIOD_SECONDS = 30
const DIGITS = 6
/** RFC 4226, section 4, R6: 160 bits are recommended; the service hands out 256. */
export const TOTP_SECRET_BYTES = 32

/** Random bytes as a secret that apps take: base32 without padding. */
export function totpSecret(bytes: Uint8Array): string {
  return new Secret({ buffer: new Uint8Array(bytes).buffer }).base32
}

/**
 * The step of time that the code belongs to, if it is the secret's at `nowMs` or one step to either
 * side; undefined for any other text. The comparison takes the same time for every code.
 */
export function totpStep(secret: string, code: string, nowMs: number): number | undefined {
  const token = /^[0-9]{6}$/.test(code) ? code : ''
  const delta = TOTP.validate({
    token,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: DIGITS,
    period: PERIOD_SECONDS,
    timestamp: nowMs,
    window: 1,
  })
  return delta === null ? undefined : Math.floor(nowMs / 1000 / PERIOD_SECONDS) + delta
}
