// The sealed form of a field: AES-256-GCM with a random 96-bit nonce. The first byte names the
// form, the next eight the data key, so that a pool may have several and old rows stay readable:
//
//   version (1) | data key ID (8) | nonce (12) | ciphertext | tag (16)
//
// The associated data says where the field belongs: pool, table, column and row. A ciphertext that
// was moved to another row or pool does not open. The Region is left out on purpose, because the
// same row must open in every Region that holds it.
import { NONCE_BYTES, open, seal, TAG_BYTES } from './aes-gcm.js'

const VERSION = 1
const VERSION_BYTE = Buffer.of(VERSION)
const HEADER_BYTES = 9

/** Where a sealed field belongs. `row` is the rest of the row's key, parts joined by `/`. */
export interface FieldContext {
  readonly poolId: string
  readonly table: string
  readonly column: string
  readonly row: string
}

function associatedBytes(context: FieldContext): Buffer {
  // NUL occurs in none of the parts, so two places never give the same bytes.
  return Buffer.from(
    `${context.poolId}\0${context.table}\0${context.column}\0${context.row}`,
    'utf8',
  )
}

/** The ID of the data key that sealed an envelope, as 16 hexadecimal digits. */
export function dataKeyIdOf(sealed: Uint8Array): string | undefined {
  if (sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || sealed[0] !== VERSION) {
    return undefined
  }
  return Buffer.from(sealed.buffer, sealed.byteOffset + 1, 8).toString('hex')
}

/** Seals `plaintext` for `context`. `nonce` is 12 random bytes, never used twice with one key. */
export function sealField(options: {
  readonly key: Uint8Array
  readonly dataKeyId: string
  readonly nonce: Uint8Array
  readonly context: FieldContext
  readonly plaintext: Uint8Array
}): Uint8Array {
  const { key, nonce, context, plaintext } = options
  const dataKeyId = Buffer.from(options.dataKeyId, 'hex')
  return seal({ key, nonce, aad: associatedBytes(context) }, plaintext, VERSION_BYTE, dataKeyId)
}

/** Opens what sealField made for the same context; undefined when it was not, or was changed. */
export function openField(
  key: Uint8Array,
  context: FieldContext,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (dataKeyIdOf(sealed) === undefined) return undefined
  return open({ key, aad: associatedBytes(context) }, sealed, HEADER_BYTES)
}
