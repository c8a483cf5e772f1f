// The certificate of a pool that signs SAML requests: made by the Region that owns the pool, before
// it gets a replica or else at the first use, and again each year. All of a pool's certificates are
// of one key, so an identity provider that trusts an earlier one accepts what is signed today.
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto'
import type { PoolCipher, PoolCiphers } from '#app/crypto/pool-cipher.js'
import type { MakeRsaKeyPair } from '#app/crypto/rsa-key-pair.js'
import { required } from '#base/assert.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { regionOf } from '#domain/pool/id.js'
import { asPrimary, type Pool, type PrimaryPool } from '#ports/capability.js'
import { CopyUnfinishedError } from '#ports/copies.js'
import type { SigningCertificate, SigningCertificates } from '#ports/signing-certificates.js'

// Cognito: certificates are valid for ten years, and another one is issued each year. API page
// GetSigningCertificate.
const VALID_YEARS = 10
/** The age at which a certificate gets a successor. */
export const RENEWED_AFTER_MS = 365 * 24 * 3600 * 1000
const SERIAL_BYTES = 16
const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

export class SigningCertificateRing {
  readonly #rows: SigningCertificates
  readonly #ciphers: PoolCiphers
  readonly #clock: Clock
  readonly #random: Random
  readonly #makeKeyPair: MakeRsaKeyPair

  constructor(options: {
    rows: SigningCertificates
    ciphers: PoolCiphers
    clock: Clock
    random: Random
    makeKeyPair: MakeRsaKeyPair
  }) {
    this.#rows = options.rows
    this.#ciphers = options.ciphers
    this.#clock = options.clock
    this.#random = options.random
    this.#makeKeyPair = options.makeKeyPair
  }

  /**
   * The certificate that signs today. Throws KeyRefusedError when the KMS refuses, and
   * CopyUnfinishedError in a Region that does not own the pool and has not heard of one yet.
   */
  async current(pool: Pool): Promise<SigningCertificate> {
    const newest = await this.#rows.newest(pool)
    if (newest !== undefined) return newest
    const primary = asPrimary(pool)
    if (primary === undefined) throw new CopyUnfinishedError([regionOf(pool.id)])
    await this.renew(primary)
    return required(await this.#rows.newest(pool), `signing certificate of ${pool.id}`)
  }

  /** Makes the pool's first or next certificate if it is due, unless somebody else does. */
  async renew(pool: PrimaryPool): Promise<void> {
    const earlier = await this.#rows.newest(pool)
    // Whoever asked may have looked before somebody else made one.
    if (earlier !== undefined && !this.#isDue(earlier)) return
    const cipher = await this.#ciphers.cipher(pool)
    const pkcs8 = earlier === undefined ? await this.#newKey() : openKey(cipher, earlier)
    const serialNumber = this.#newSerialNumber()
    const nowMs = this.#clock.nowMs()
    await this.#rows.insertAfter(pool, earlier?.serialNumber, {
      serialNumber,
      certificate: await selfSigned(pool.id, pkcs8, { serialNumber, nowMs }),
      privateKeySealed: cipher.seal(contextOf(serialNumber), pkcs8),
      createdAtMs: nowMs,
    })
  }

  #isDue(newest: SigningCertificate): boolean {
    return newest.createdAtMs < this.#clock.nowMs() - RENEWED_AFTER_MS
  }

  async #newKey(): Promise<Uint8Array> {
    const { privateKey } = await this.#makeKeyPair()
    return privateKey.export({ type: 'pkcs8', format: 'der' })
  }

  /** Positive, and without the zeros in front that DER leaves out: RFC 5280, 4.1.2.2. */
  #newSerialNumber(): string {
    const bytes = Buffer.from(this.#random.bytes(SERIAL_BYTES))
    bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
    return bytes.toString('hex')
  }
}

function openKey(cipher: PoolCipher, row: SigningCertificate): Uint8Array {
  return cipher.open(contextOf(row.serialNumber), row.privateKeySealed)
}

async function selfSigned(
  poolId: string,
  pkcs8: Uint8Array,
  { serialNumber, nowMs }: { serialNumber: string; nowMs: number },
): Promise<Uint8Array> {
  // Few pools ever need it, and it takes a while to load.
  const { X509CertificateGenerator } = await import('@peculiar/x509')
  const notAfter = new Date(nowMs)
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + VALID_YEARS)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber,
    name: [{ CN: [poolId] }],
    notBefore: new Date(nowMs),
    notAfter,
    signingAlgorithm: ALGORITHM,
    keys: await importedKeys(pkcs8),
  })
  return new Uint8Array(certificate.rawData)
}

async function importedKeys(pkcs8: Uint8Array): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  return {
    privateKey: await subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, ALGORITHM, true, ['verify']),
  }
}

function contextOf(serialNumber: string) {
  return { table: 'signing_certificates', column: 'private_key_sealed', row: serialNumber }
}
