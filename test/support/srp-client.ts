// The client's side of SRP, written from the protocol and apart from the server's code, with a
// choice of every value that an attacker could choose.
import { createHash, createHmac, hkdfSync } from 'node:crypto'

/** The 3,072-bit group of RFC 3526, section 4. */
export const N = BigInt(
  '0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E34' +
    '04DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6' +
    'F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A6916' +
    '3FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C' +
    '32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA95' +
    '6AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA7157' +
    '5D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D876' +
    '02733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E' +
    '4B82D120A93AD2CAFFFFFFFFFFFFFFFF',
)
const G = 2n

export interface Claim {
  readonly poolId: string
  readonly userId: string
  readonly password: string
  readonly salt: string
  readonly publicB: string
  readonly secretBlock: string
  readonly timestamp: string
}

/** One sign-in of a client. `a` is its secret number. */
export class SrpClient {
  readonly #a: bigint
  readonly publicA: string

  constructor(a: bigint = 0x1234567890abcdef1234567890abcdef1234567890abcdefn) {
    this.#a = a
    this.publicA = power(G, a).toString(16)
  }

  /** PASSWORD_CLAIM_SIGNATURE. */
  sign(claim: Claim): string {
    const publicB = BigInt(`0x${claim.publicB}`)
    const name = claim.poolId.slice(claim.poolId.indexOf('_') + 1)
    const u = number(hash(padded(BigInt(`0x${this.publicA}`)), padded(publicB)))
    const identity = hash(Buffer.from(`${name}${claim.userId}:${claim.password}`))
    const x = number(hash(padded(BigInt(`0x${claim.salt}`)), identity))
    const k = number(hash(padded(N), padded(G)))
    const base = (((publicB - k * power(G, x)) % N) + N) % N
    return signClaim(power(base, this.#a + u * x), u, claim)
  }
}

/** The signature that follows from a shared secret, however it was come by. */
export function signClaim(secret: bigint, u: bigint, claim: Claim): string {
  const name = claim.poolId.slice(claim.poolId.indexOf('_') + 1)
  const key = hkdfSync('sha256', padded(secret), padded(u), 'Caldera Derived Key', 16)
  return createHmac('sha256', Buffer.from(key))
    .update(name + claim.userId)
    .update(Buffer.from(claim.secretBlock, 'base64'))
    .update(claim.timestamp)
    .digest('base64')
}

/** `Wed Sep 6 09:05:01 UTC 2017`. */
export function timestampOf(date: Date): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ')
  return `${weekday.replace(',', '')} ${month} ${Number(day)} ${time} UTC ${year}`
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let factor = base % N
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % N
    factor = (factor * factor) % N
  }
  return result
}

/** Two's complement: a leading bit must not make the number negative. */
function padded(value: bigint): Buffer {
  const hex = value.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex')
}

function number(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`)
}

function hash(...parts: readonly Uint8Array[]): Buffer {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part)
  return sum.digest()
}
