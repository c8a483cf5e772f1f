// Token signing keys of pools: one for ID tokens and one for access tokens. A private key travels
// sealed inside a directory row, so both Regions sign with the same keys and publish the same JWKS.
// An opened key lives on the pool's cipher and is gone with its lease.
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { MakeRsaKeyPair } from '#app/crypto/rsa-key-pair.js'
import { required } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import { chooseSigningKey, type TokenUse } from '#domain/token/signing-key-choice.js'
import type { Pool } from '#ports/capability.js'
import type { SigningKey, SigningKeys } from '#ports/signing-keys.js'

const PUBLIC_KEYS_MAX = 10_000

/** A key that signs: its ID and the opened private key. */
export interface OpenSigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
}

export class SigningKeyRing {
  readonly #rows: SigningKeys
  readonly #clock: Clock
  readonly #makeKeyPair: MakeRsaKeyPair
  readonly #publicKeys = new Map<string, KeyObject>()

  constructor(options: { rows: SigningKeys; clock: Clock; makeKeyPair: MakeRsaKeyPair }) {
    this.#rows = options.rows
    this.#clock = options.clock
    this.#makeKeyPair = options.makeKeyPair
  }

  /** Makes a key, sealed. RS256 is what clients of this API verify. */
  async create<Use extends TokenUse>(
    cipher: PoolCipher,
    tokenUse: Use,
  ): Promise<SigningKey & { readonly tokenUse: Use }> {
    const { publicKey, privateKey } = await this.#makeKeyPair()
    const jwk = publicKey.export({ format: 'jwk' })
    // The thumbprint's form, so that the ID says nothing but which key it is.
    const kid = createHash('sha256').update(required(jwk.n, 'modulus')).digest('base64')
    const der = privateKey.export({ type: 'pkcs8', format: 'der' })
    return {
      kid,
      tokenUse,
      publicJwk: { alg: 'RS256', e: jwk.e, kid, kty: 'RSA', n: jwk.n, use: 'sig' },
      privateKeySealed: cipher.seal(contextOf(kid), der),
      createdAtMs: this.#clock.nowMs(),
    }
  }

  /** The key that new tokens of this use are signed with. */
  async signer(pool: Pool, cipher: PoolCipher, tokenUse: TokenUse): Promise<OpenSigningKey> {
    const keys = await this.#rows.list(pool)
    const chosen = chooseSigningKey(keys, tokenUse, this.#clock.nowMs())
    const row = required(chosen, `signing key of ${pool.id}`)
    return cipher.remember(`signer:${row.kid}`, () => ({
      kid: row.kid,
      privateKey: createPrivateKey({
        key: Buffer.from(cipher.open(contextOf(row.kid), row.privateKeySealed)),
        format: 'der',
        type: 'pkcs8',
      }),
    }))
  }

  /** The public key of `kid`, if it is one of the pool's. */
  async verifier(pool: Pool, kid: string): Promise<KeyObject | undefined> {
    const row = (await this.#rows.list(pool)).find((key) => key.kid === kid)
    if (row === undefined) return undefined
    const known = this.#publicKeys.get(kid)
    if (known !== undefined) return known
    const key = createPublicKey({ key: { ...row.publicJwk }, format: 'jwk' })
    if (this.#publicKeys.size >= PUBLIC_KEYS_MAX) this.#publicKeys.clear()
    this.#publicKeys.set(kid, key)
    return key
  }

  /** Public keys as JWK, the newest first. */
  async publicKeys(pool: Pool): Promise<readonly SigningKey['publicJwk'][]> {
    return (await this.#rows.list(pool)).map((row) => row.publicJwk)
  }
}

function contextOf(kid: string) {
  return { table: 'signing_keys', column: 'private_key_sealed', row: kid }
}
