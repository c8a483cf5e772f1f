// Password hashes of other directories, as a user import brings them: what they say, and whether
// the work that they ask for is bounded. Costs are looked at before anything is computed, since
// whoever wrote the file chose them, and each sign-in of the user would pay for them.
// Cognito: developer guide, "Importing users into user pools from a CSV file" (forms and bounds of
// password hashes), 2026.

/** PasswordHashingAlgorithmType. */
export const HASH_ALGORITHMS = ['ARGON2ID', 'BCRYPT', 'PBKDF2_SHA256', 'SCRYPT'] as const

/** How the passwords of a file were hashed. */
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number]

/** A hash as it came in. */
export interface PasswordHash {
  readonly algorithm: HashAlgorithm
  readonly text: string
}

/** What has to be computed to tell whether a password is the one of a hash. */
export type HashWork =
  | {
      readonly kind: 'BCRYPT'
      readonly cost: number
      readonly salt: Uint8Array
      readonly hash: Uint8Array
    }
  | {
      readonly kind: 'SCRYPT'
      readonly cost: number
      readonly blockSize: number
      readonly parallelization: number
      readonly salt: Uint8Array
      readonly hash: Uint8Array
    }
  | {
      readonly kind: 'ARGON2ID'
      readonly memoryKib: number
      readonly iterations: number
      readonly parallelism: number
      readonly salt: Uint8Array
      readonly hash: Uint8Array
    }
  | {
      readonly kind: 'PBKDF2_SHA256'
      readonly iterations: number
      readonly salt: Uint8Array
      readonly hash: Uint8Array
    }

/** Why a hash is not taken. */
export type HashProblem = 'malformed' | 'too-costly'

const MAX = {
  bcryptCost: 12,
  scrypt: { cost: 65_536, blockSize: 8, parallelization: 1 },
  argon2: { memoryKib: 19_456, iterations: 2, parallelism: 1 },
  pbkdf2Iterations: 600_000,
} as const
const BCRYPT_COST_MIN = 4
/** Fewer bytes of a hash are found by chance; more cost PBKDF2 more than its iterations say. */
const HASH_BYTES = { min: 16, max: 64 } as const
const SALT_BYTES = { min: 8, max: 64 } as const
/** Longer ones are of no form that is known. */
const TEXT_LENGTH_MAX = 400

const NUMBER = String.raw`([1-9]\d{0,8})`
const BCRYPT = /^\$2[abxy]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/
const HEX = '([0-9A-Fa-f]+)'
const BASE64 = '([A-Za-z0-9+/]+)'
const AB64 = '([A-Za-z0-9./]+)'
const SCRYPT = fieldsOf(NUMBER, NUMBER, NUMBER, HEX, HEX)
const COSTS = `m=${NUMBER},t=${NUMBER},p=${NUMBER}`
const ARGON2ID = fieldsOf('', 'argon2id', 'v=19', COSTS, BASE64, BASE64)
const PBKDF2 = fieldsOf('', 'pbkdf2-sha256', NUMBER, AB64, AB64)

/** What the hash says, or why it is not taken. */
export function hashWorkOf({ algorithm, text }: PasswordHash): HashWork | HashProblem {
  if (text.length > TEXT_LENGTH_MAX) return 'malformed'
  const work = READERS[algorithm](text)
  if (typeof work === 'string') return work
  const isWhole =
    isWithin(work.hash, HASH_BYTES) && (work.kind === 'BCRYPT' || isWithin(work.salt, SALT_BYTES))
  return isWhole ? work : 'malformed'
}

const READERS: Readonly<Record<HashAlgorithm, (text: string) => HashWork | HashProblem>> = {
  BCRYPT(text) {
    const [, digits = '', salt = '', hash = ''] = BCRYPT.exec(text) ?? []
    const cost = Number(digits)
    if (digits === '' || cost < BCRYPT_COST_MIN) return 'malformed'
    if (cost > MAX.bcryptCost) return 'too-costly'
    return { kind: 'BCRYPT', cost, salt: bcryptBytes(salt), hash: bcryptBytes(hash) }
  },

  SCRYPT(text) {
    const [whole, n, r, p, salt = '', hash = ''] = SCRYPT.exec(text) ?? []
    const [cost, blockSize, parallelization] = [Number(n), Number(r), Number(p)]
    // N is a power of two.
    if (whole === undefined || cost < 2 || !Number.isInteger(Math.log2(cost))) return 'malformed'
    const { scrypt } = MAX
    if (
      cost > scrypt.cost ||
      blockSize > scrypt.blockSize ||
      parallelization > scrypt.parallelization
    ) {
      return 'too-costly'
    }
    if (salt.length % 2 !== 0 || hash.length % 2 !== 0) return 'malformed'
    return {
      kind: 'SCRYPT',
      cost,
      blockSize,
      parallelization,
      salt: Buffer.from(salt, 'hex'),
      hash: Buffer.from(hash, 'hex'),
    }
  },

  ARGON2ID(text) {
    const [whole, m, t, p, salt = '', hash = ''] = ARGON2ID.exec(text) ?? []
    const [memoryKib, iterations, parallelism] = [Number(m), Number(t), Number(p)]
    if (whole === undefined) return 'malformed'
    const { argon2 } = MAX
    if (
      memoryKib > argon2.memoryKib ||
      iterations > argon2.iterations ||
      parallelism > argon2.parallelism
    ) {
      return 'too-costly'
    }
    // RFC 9106, section 3.1: at least 8 KiB for each lane.
    if (memoryKib < 8 * parallelism) return 'malformed'
    return withBytes(
      { kind: 'ARGON2ID' as const, memoryKib, iterations, parallelism },
      { salt, hash },
    )
  },

  PBKDF2_SHA256(text) {
    const [whole, count, salt = '', hash = ''] = PBKDF2.exec(text) ?? []
    const iterations = Number(count)
    if (whole === undefined) return 'malformed'
    if (iterations > MAX.pbkdf2Iterations) return 'too-costly'
    // "ab64" of Passlib: base64 with a dot for the plus.
    const plain = (value: string) => value.replaceAll('.', '+')
    return withBytes(
      { kind: 'PBKDF2_SHA256' as const, iterations },
      { salt: plain(salt), hash: plain(hash) },
    )
  },
}

function withBytes<T extends object>(
  costs: T,
  { salt, hash }: { readonly salt: string; readonly hash: string },
): (T & { readonly salt: Uint8Array; readonly hash: Uint8Array }) | 'malformed' {
  const [saltBytes, hashBytes] = [base64Bytes(salt), base64Bytes(hash)]
  if (saltBytes === undefined || hashBytes === undefined) return 'malformed'
  return { ...costs, salt: saltBytes, hash: hashBytes }
}

/** Base64 without padding, in the one form that its bytes have. */
function base64Bytes(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64').replaceAll('=', '') === text ? bytes : undefined
}

const BCRYPT_ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const BASE64_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The base64 of bcrypt has another alphabet, and bits at the end that mean nothing. */
function bcryptBytes(text: string): Uint8Array {
  const plain = [...text].map((char) => BASE64_ALPHABET[BCRYPT_ALPHABET.indexOf(char)])
  return Buffer.from(plain.join(''), 'base64')
}

function isWithin(
  { length }: Uint8Array,
  { min, max }: { readonly min: number; readonly max: number },
): boolean {
  return length >= min && length <= max
}

/** Fields with a dollar sign between them. */
function fieldsOf(...fields: readonly string[]): RegExp {
  return new RegExp(`^${fields.join('\\$')}$`)
}
