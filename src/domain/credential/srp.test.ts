// Against the client that everybody uses: AuthenticationHelper of amazon-cognito-identity-js.
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { MODULUS } from './modular.js'
import { powerByKey } from './native-power.js'
import {
  createVerifier,
  finishSrp,
  isValidPublicA,
  srpClaimSignature,
  startSrp,
  verifyPassword,
} from './srp.js'

/** The parts of the reference client that are used here; it comes without types. */
interface BigInteger {
  toString(radix: number): string
  mod(other: BigInteger): BigInteger
}

type ModPow = (
  this: BigInteger,
  exponent: BigInteger,
  modulus: BigInteger,
  done: (error: unknown, power: BigInteger) => void,
) => void

interface AuthenticationHelper {
  readonly N: BigInteger
  smallAValue: BigInteger
  largeAValue: BigInteger
  calculateA(a: BigInteger, done: (error: unknown, value: BigInteger) => void): void
  getPasswordAuthenticationKey(
    username: string,
    password: string,
    serverB: BigInteger,
    salt: BigInteger,
    done: (error: unknown, key: Uint8Array) => void,
  ): void
}

const load = createRequire(import.meta.url)
const { default: Helper } = load('amazon-cognito-identity-js/lib/AuthenticationHelper.js') as {
  default: new (poolName: string) => AuthenticationHelper
}
const { default: Big } = load('amazon-cognito-identity-js/lib/BigInteger.js') as {
  default: {
    new (text: string, radix: number): BigInteger
    readonly prototype: { modPow: ModPow }
  }
}

const octets = (value: BigInteger) => {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

/** Its powers, of OpenSSL: its own take 100 ms each. Its padding and hashing stay its own. */
const nativePower: ModPow = function (this, exponent, modulus, done) {
  const power = powerByKey(octets(this.mod(modulus)), octets(exponent))
  done(null, new Big(power.toString('hex'), 16))
}

/** Runs `act` with the client's powers replaced; the client calls back at once. */
function quickly<T>(act: () => T): T {
  const own = Big.prototype.modPow
  Big.prototype.modPow = nativePower
  try {
    return act()
  } finally {
    Big.prototype.modPow = own
  }
}

const quickClient = () => quickly(() => new Helper(poolName))

const poolName = 'Ab3dEf9hI'
const userId = 'maria@example.com'
const password = 'Correct-Horse-7'

function clientKey(
  client: AuthenticationHelper,
  given: { password: string; publicB: string; salt: string },
): Buffer {
  const found: Uint8Array[] = []
  const publicB = new Big(given.publicB, 16)
  const salt = new Big(given.salt, 16)
  quickly(() =>
    client.getPasswordAuthenticationKey(userId, given.password, publicB, salt, (_, key) => {
      found.push(key)
    }),
  )
  return Buffer.from(found[0] ?? [])
}

interface Signing {
  readonly client?: AuthenticationHelper
  readonly salt?: Uint8Array
  readonly privateB?: Uint8Array
  readonly typed?: string
}

/** One sign-in of the reference client; both sides' keys. */
function signIn({ client = quickClient(), typed = password, ...given }: Signing = {}) {
  const made = createVerifier({
    poolName,
    userId,
    password,
    salt: given.salt ?? randomBytes(16),
  })
  const privateB = given.privateB ?? randomBytes(32)
  const publicA = client.largeAValue.toString(16)
  assert.equal(isValidPublicA(publicA), true)
  const { publicB } = startSrp({ verifier: made.verifier, privateB })
  const input = { poolName, userId, publicA, publicB, privateB, verifier: made.verifier }
  return {
    input,
    serverKey: Buffer.from(finishSrp(input)),
    clientKey: clientKey(client, { password: typed, publicB, salt: made.salt }),
  }
}

/** A client whose secret value is `a`. */
function clientWith(a: string): AuthenticationHelper {
  const client = quickClient()
  client.smallAValue = new Big(a, 16)
  quickly(() =>
    client.calculateA(client.smallAValue, (_, value) => {
      client.largeAValue = value
    }),
  )
  return client
}

test('the group is the one of the client', () => {
  assert.equal(quickClient().N.toString(16), MODULUS.toString(16))
})

test('both sides get the same key, whatever the numbers', () => {
  for (let run = 0; run < 20; run += 1) {
    const { serverKey, clientKey: key } = signIn()
    assert.equal(serverKey.length, 16)
    assert.deepEqual(serverKey, key)
  }
})

test('salts with leading zero bytes or a high bit', () => {
  for (const first of [[0, 0, 0], [0, 0x80], [0x00, 0x7f], [0x80], [0x0a]]) {
    const salt = Buffer.concat([Buffer.from(first), randomBytes(16)]).subarray(0, 16)
    const { serverKey, clientKey: key } = signIn({ salt })
    assert.deepEqual(serverKey, key, salt.toString('hex'))
  }
  const { serverKey, clientKey: key } = signIn({ salt: Buffer.alloc(16) })
  assert.deepEqual(serverKey, key)
})

test('short public values, and secrets with leading zero bytes', () => {
  // A = 2, 128 (a byte with the high bit), 512 (an odd number of digits).
  for (const a of ['1', '7', '9']) {
    const { serverKey, clientKey: key } = signIn({ client: clientWith(a) })
    assert.deepEqual(serverKey, key, a)
  }
  const privateB = Buffer.alloc(32)
  privateB[31] = 1
  const { serverKey, clientKey: key } = signIn({ privateB })
  assert.deepEqual(serverKey, key)
})

test('a wrong password gives another key', () => {
  const { serverKey, clientKey: key } = signIn({ typed: 'correct-horse-7' })
  assert.notDeepEqual(serverKey, key)
})

test('the key is bound to A, B, the private value and the verifier', () => {
  const { input, serverKey } = signIn()
  const other = signIn().input
  for (const change of [
    { publicA: other.publicA },
    { publicB: other.publicB },
    { privateB: other.privateB },
    { verifier: other.verifier },
  ]) {
    assert.notDeepEqual(Buffer.from(finishSrp({ ...input, ...change })), serverKey)
  }
})

test('A is written in either case and with zeros before it, and means the same', () => {
  const { input, serverKey } = signIn()
  const variants = [input.publicA.toUpperCase(), `00${input.publicA}`]
  for (const publicA of variants) {
    assert.deepEqual(Buffer.from(finishSrp({ ...input, publicA })), serverKey)
  }
})

test('an A that gives the session key away is refused', () => {
  const hex = (value: bigint) => value.toString(16)
  for (const wrong of [
    '',
    '0',
    '000000',
    hex(MODULUS),
    `00${hex(MODULUS)}`,
    hex(MODULUS * 2n),
    hex(MODULUS * MODULUS),
    hex(MODULUS + 1n),
    'f'.repeat(768),
    `1${'0'.repeat(768)}`,
    '1'.repeat(100_000),
    '0'.repeat(770).concat('1'),
    'xyz',
    '0x12',
    '-1',
    ' 12',
    '12\n',
    '１２',
  ]) {
    assert.equal(isValidPublicA(wrong), false, wrong.slice(0, 40))
  }
  for (const right of ['1', '02', hex(MODULUS - 1n), `00${hex(MODULUS - 1n)}`]) {
    assert.equal(isValidPublicA(right), true, right.slice(0, 40))
  }
})

test('odd values of A, the edges of the group among them, raise no error', () => {
  const { input } = signIn()
  for (const value of [1n, 2n, MODULUS - 1n, MODULUS - 2n, MODULUS - 4n]) {
    const key = finishSrp({ ...input, publicA: value.toString(16) })
    assert.equal(key.length, 16)
  }
})

test('an A that was never checked is a bug, not an outcome', () => {
  const { input } = signIn()
  assert.throws(() => finishSrp({ ...input, publicA: MODULUS.toString(16) }), {
    name: 'InvariantError',
    message: 'A was checked before it is used',
  })
})

test('a claim is the HMAC of pool name, user, secret block and time', () => {
  const key = randomBytes(16)
  const secretBlock = randomBytes(100)
  const timestamp = 'Wed Sep 6 09:05:01 UTC 2017'
  const claim = { key, poolName, userId, secretBlock, timestamp }
  const whole = Buffer.concat([
    Buffer.from(poolName),
    Buffer.from(userId),
    secretBlock,
    Buffer.from(timestamp),
  ])
  assert.equal(srpClaimSignature(claim), createHmac('sha256', key).update(whole).digest('base64'))
  for (const change of [
    { key: randomBytes(16) },
    { poolName: 'Zb3dEf9hI' },
    { userId: 'sofia' },
    { secretBlock: randomBytes(100) },
    { timestamp: 'Wed Sep 6 09:05:02 UTC 2017' },
  ]) {
    assert.notEqual(srpClaimSignature({ ...claim, ...change }), srpClaimSignature(claim))
  }
})

test('a password is verified by its verifier', () => {
  const made = createVerifier({ poolName, userId, password, salt: randomBytes(16) })
  const named = { poolName, userId, ...made }
  assert.equal(verifyPassword({ ...named, password }), true)
  assert.equal(verifyPassword({ ...named, password: `${password} ` }), false)
  assert.equal(verifyPassword({ ...named, password: '' }), false)
  assert.equal(verifyPassword({ ...named, password, userId: 'sofia' }), false)
  assert.equal(verifyPassword({ ...named, password, poolName: 'other' }), false)
  assert.equal(verifyPassword({ ...named, password, salt: '00' }), false)
})

test('a password may hold any character', () => {
  for (const odd of ['pässwörd-日本-🔑', 'colon:in:it', ' space ', '\u0000nul']) {
    const made = createVerifier({ poolName, userId, password: odd, salt: randomBytes(16) })
    assert.equal(verifyPassword({ poolName, userId, password: odd, ...made }), true)
  }
})

test('the same password under another salt has another verifier', () => {
  const first = createVerifier({ poolName, userId, password, salt: randomBytes(16) })
  const second = createVerifier({ poolName, userId, password, salt: randomBytes(16) })
  assert.notEqual(first.verifier, second.verifier)
  assert.match(first.salt, /^[0-9a-f]{32}$/)
})

test('a private value of the wrong length is a bug', () => {
  assert.throws(() => startSrp({ verifier: '04', privateB: randomBytes(31) }), {
    name: 'InvariantError',
  })
})
