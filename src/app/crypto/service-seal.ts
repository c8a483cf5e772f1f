// Seals what belongs to the service and not to a pool, such as the secrets of access keys. One key
// for each purpose is derived (HKDF-SHA-256) from the service key, which every Region has, so that
// a row sealed in one Region opens in another; and a ciphertext of one purpose or row is nothing
// at another. The service key itself never encrypts.
import { hkdfSync } from 'node:crypto'
import { textOf, utf8 } from '#base/bytes.js'
import type { Random } from '#base/random.js'
import { openField, sealField } from '#domain/crypto/envelope.js'
import { SealedFieldError } from './pool-cipher.js'

/** Where a sealed value of the service belongs. Its table and column are its purpose. */
export interface ServiceFieldContext {
  readonly table: string
  readonly column: string
  readonly row: string
}

/** Envelopes name a data key; the service's derived keys have no ID but this. */
const SERVICE_KEY_ID = '0000000000000000'
const NO_POOL = ''

export class ServiceSeal {
  readonly #serviceKey: Uint8Array
  readonly #random: Random
  readonly #keys = new Map<string, Uint8Array>()

  constructor(options: { readonly serviceKey: Uint8Array; readonly random: Random }) {
    this.#serviceKey = options.serviceKey
    this.#random = options.random
  }

  seal(context: ServiceFieldContext, plaintext: Uint8Array): Uint8Array {
    return sealField({
      key: this.#keyFor(context),
      dataKeyId: SERVICE_KEY_ID,
      nonce: this.#random.bytes(12),
      context: { poolId: NO_POOL, ...context },
      plaintext,
    })
  }

  /** Throws SealedFieldError when it was not sealed for this place. */
  open(context: ServiceFieldContext, sealed: Uint8Array): Uint8Array {
    const opened = openField(this.#keyFor(context), { poolId: NO_POOL, ...context }, sealed)
    if (opened === undefined) {
      throw new SealedFieldError(`${context.table}.${context.column} of the service does not open`)
    }
    return opened
  }

  sealText(context: ServiceFieldContext, text: string): Uint8Array {
    return this.seal(context, utf8(text))
  }

  openText(context: ServiceFieldContext, sealed: Uint8Array): string {
    return textOf(this.open(context, sealed))
  }

  #keyFor({ table, column }: ServiceFieldContext): Uint8Array {
    const purpose = `${table}.${column}`
    let key = this.#keys.get(purpose)
    if (key === undefined) {
      key = new Uint8Array(hkdfSync('sha256', this.#serviceKey, '', `twinpool ${purpose}`, 32))
      this.#keys.set(purpose, key)
    }
    return key
  }
}

/** Where the secret of an access key is sealed. */
export function accessKeySecretContext(accessKeyId: string): ServiceFieldContext {
  return { table: 'access_keys', column: 'secret_sealed', row: accessKeyId }
}
