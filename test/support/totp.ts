// An authenticator app: codes of a secret, one after the other, as time would bring them.
import { Secret, TOTP } from 'otpauth'

/** The code of a secret (base32), `stepsAhead` steps of 30 seconds from now. */
export function totpCode(secret: string, stepsAhead = 0): string {
  return TOTP.generate({
    secret: Secret.fromBase32(secret),
    timestamp: Date.now() + stepsAhead * 30_000,
  })
}
