// The parameters of a call of a sign-in: which must be there, and what they say besides the proof.

import { secretHashRefusal } from '#app/clients/secrets.js'
import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { AuthContext, FirstChallenge, Parameters } from './challenge.js'

/** `<Region>_<UUID>`. Bounded, since it goes into the session. */
const DEVICE_KEY = /^[\w-]{1,18}_[0-9a-f-]{36}$/

/** What is wrong with the parameters of a challenge that a call begins with. */
export function parametersRefusal(
  challenge: FirstChallenge,
  parameters: Parameters,
): Refused | undefined {
  return missingOf(challenge.parameters, parameters) ?? challenge.parametersRefusal?.(parameters)
}

/** SECRET_HASH, which a client with a secret must send with every call for a user. */
export function refuseSecretHash(
  context: AuthContext,
  cipher: PoolCipher,
  { USERNAME = '', SECRET_HASH: secretHash }: Parameters,
): Refused | undefined {
  return secretHashRefusal(cipher, context, { usernames: [USERNAME], secretHash })
}

/** The first of the names that the parameters lack. */
export function missingOf(names: readonly string[], parameters: Parameters): Refused | undefined {
  const missing = names.find((name) => !parameters[name])
  return missing === undefined ? undefined : refused('missing-parameter', missing)
}

/** A device key has the form that the service gives it; any other text is no device. */
export function deviceKeyOf({ DEVICE_KEY: key }: Parameters): string | undefined {
  return key !== undefined && DEVICE_KEY.test(key) ? key : undefined
}
