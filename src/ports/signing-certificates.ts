// The certificates that a pool signs SAML requests with. They travel with the pool, the private
// key sealed, so that both Regions sign with the same one.
import type { Pool, PrimaryPool } from './capability.js'

/** A self-signed X.509 certificate of a pool, with its sealed private key. */
export interface SigningCertificate {
  /** Hexadecimal, as inside the certificate. */
  readonly serialNumber: string
  /** DER. */
  readonly certificate: Uint8Array
  /** PKCS #8 (RSA), sealed at this table, under the serial number. */
  readonly privateKeySealed: Uint8Array
  readonly createdAtMs: number
}

/** Rows of `signing_certificates`. */
export interface SigningCertificates {
  newest(pool: Pool): Promise<SigningCertificate | undefined>
  /** Inserts unless the pool's newest certificate is another one than `earlier` by now. */
  insertAfter(
    pool: PrimaryPool,
    earlier: string | undefined,
    certificate: SigningCertificate,
  ): Promise<'inserted' | 'exists'>
  /**
   * IDs of pools that this Region owns and that need a new certificate, after `afterId`: their
   * newest is from before `beforeMs`, or they have none and have a replica, which cannot make one.
   */
  poolsInNeed(options: {
    readonly beforeMs: number
    readonly afterId: string
    readonly limit: number
  }): Promise<readonly string[]>
}
