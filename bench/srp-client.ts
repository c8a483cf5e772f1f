// The client's side of SRP for the benchmark, with native powers: the reference client spends
// more time on one sign-in than the server on twenty.
import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import {
  GENERATOR,
  MODULUS,
  modPow,
  numberOf,
  reduce,
  signedBytes,
} from '#domain/credential/modular.js'
import { formatSrpTimestamp } from '#domain/credential/srp-timestamp.js'

const sha256 = (...parts: readonly Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const K = numberOf(sha256(signedBytes(MODULUS), signedBytes(GENERATOR)))

/** The client's secret a, and A. One pair serves a whole run: the server cannot tell. */
const privateA = randomBytes(32)
const publicA = modPow(GENERATOR, privateA)

export const SRP_A = publicA.toString(16)

/** The response to PASSWORD_VERIFIER. */
export function answerChallenge(options: {
  readonly poolName: string
  readonly password: string
  readonly parameters: Readonly<Record<string, string>>
  readonly nowMs: number
}): Record<string, string> {
  const { poolName, password, parameters, nowMs } = options
  const { SALT = '', SRP_B = '', SECRET_BLOCK = '', USER_ID_FOR_SRP = '' } = parameters
  const serverB = BigInt(`0x${SRP_B}`)
  const u = sha256(signedBytes(publicA), signedBytes(serverB))
  const identity = sha256(Buffer.from(`${poolName}${USER_ID_FOR_SRP}:${password}`, 'utf8'))
  const x = sha256(signedBytes(BigInt(`0x${SALT}`)), identity)
  const base = reduce(serverB - K * modPow(GENERATOR, x))
  // (B - k*g^x)^(a + u*x), as two powers since exponents here are of 384 bits at most.
  const secret = reduce(modPow(base, privateA) * modPow(modPow(base, u), x))
  const key = Buffer.from(
    hkdfSync('sha256', signedBytes(secret), signedBytes(numberOf(u)), 'Caldera Derived Key', 16),
  )
  const timestamp = formatSrpTimestamp(nowMs)
  const signature = createHmac('sha256', key)
    .update(poolName + USER_ID_FOR_SRP, 'utf8')
    .update(Buffer.from(SECRET_BLOCK, 'base64'))
    .update(timestamp, 'utf8')
    .digest('base64')
  return {
    USERNAME: USER_ID_FOR_SRP,
    PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
    PASSWORD_CLAIM_SIGNATURE: signature,
    TIMESTAMP: timestamp,
  }
}
