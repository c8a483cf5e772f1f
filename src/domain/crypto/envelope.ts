// The sealed form of a field: AES-256-GCM with a random 96-bit nonce. The first byte names the
// form, the next eight the data key, so that a pool may have several and old rows stay readable:
//
//   version (1) | data key ID (8) | nonce (12) | ciphertext | tag (16)
//
// The associated data says where the field belongs: pool, table, column and row. A ciphertext that
// was moved to another row or pool does not open. The Region is left out on purpose, because the
// same row must open in every Region that holds it.
import { createCipheriv, createDecipheriv } from 'node:crypto'

const VERSION = 1
const HEADER_BYTES = 9
const NONCE_BYTES = 12
const TAG_BYTES = 16

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
  const cipher = createCipheriv('aes-256-gcm', options.key, options.nonce)
  cipher.setAAD(associatedBytes(options.context))
  const body = cipher.update(options.plaintext)
  cipher.final()
  return Buffer.concat([
    Buffer.of(VERSION),
    Buffer.from(options.dataKeyId, 'hex'),
    options.nonce,
    body,
    cipher.getAuthTag(),
  ])
}

/** Opens what sealField made for the same place; undefined when it was not, or was changed. */
export function openField(
  key: Uint8Array,
  context: FieldContext,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (dataKeyIdOf(sealed) === undefined) return undefined
  const nonceEnd = HEADER_BYTES + NONCE_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(HEADER_BYTES, nonceEnd))
  decipher.setAAD(associatedBytes(context))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const body = decipher.update(sealed.subarray(nonceEnd, sealed.length - TAG_BYTES))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return body
}
