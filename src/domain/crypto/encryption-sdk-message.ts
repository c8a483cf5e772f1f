// A message of the AWS Encryption SDK, which the customer's code opens with that SDK: data under a
// data key that a KMS key wraps. The algorithm suite is 0x0478, AES-256-GCM under a key that is
// derived by HKDF-SHA512 and that the message commits to, without a signature: every policy of the
// SDK since its version 2 decrypts it. One frame, since codes are short.
//
// What must stay true: a data key is used for one message, since the nonces of a frame are fixed.
// AWS Encryption SDK developer guide, "Message format reference", 2026.
import { createCipheriv, hkdfSync } from 'node:crypto'
import { concat, utf8 } from '#base/bytes.js'

const VERSION = 2
const SUITE = Buffer.from([0x04, 0x78])
const FRAMED = 2
const FRAME_BYTES = 4096
const TAG_BYTES = 16
const FINAL_FRAME = Buffer.from([0xff, 0xff, 0xff, 0xff])
const FINAL_FRAME_LABEL = utf8('AWSKMSEncryptionClient Final Frame')

/** A data key, in clear and as the KMS wrapped it. */
export interface MessageDataKey {
  /** 32 bytes, for this message only. */
  readonly plaintext: Uint8Array
  readonly wrapped: Uint8Array
  readonly keyArn: string
}

/** Encrypts up to a frame of bytes. `messageId` is 32 random bytes. */
export function encryptionSdkMessage(
  plaintext: Uint8Array,
  options: {
    readonly dataKey: MessageDataKey
    readonly context: Readonly<Record<string, string>>
    readonly messageId: Uint8Array
  },
): Uint8Array {
  const { dataKey, context, messageId } = options
  const derive = (info: Uint8Array) =>
    new Uint8Array(hkdfSync('sha512', dataKey.plaintext, messageId, info, 32))
  const key = derive(concat(SUITE, utf8('DERIVEKEY')))
  const header = concat(
    Buffer.from([VERSION]),
    SUITE,
    messageId,
    contextBytes(context),
    uint16(1),
    sized(utf8('aws-kms')),
    sized(utf8(dataKey.keyArn)),
    sized(dataKey.wrapped),
    Buffer.from([FRAMED]),
    uint32(FRAME_BYTES),
    derive(utf8('COMMITKEY')),
  )
  const authentication = seal(key, { nonce: 0, aad: header, plaintext: new Uint8Array() })
  const sequence = uint32(1)
  const length = Buffer.alloc(8)
  length.writeBigUInt64BE(BigInt(plaintext.length))
  const body = seal(key, {
    nonce: 1,
    aad: concat(messageId, FINAL_FRAME_LABEL, sequence, length),
    plaintext,
  })
  return concat(
    header,
    authentication,
    FINAL_FRAME,
    sequence,
    nonceBytes(1),
    uint32(plaintext.length),
    body,
  )
}

/** Ciphertext and tag. */
function seal(
  key: Uint8Array,
  input: { readonly nonce: number; readonly aad: Uint8Array; readonly plaintext: Uint8Array },
): Uint8Array {
  const options = { authTagLength: TAG_BYTES }
  const cipher = createCipheriv('aes-256-gcm', key, nonceBytes(input.nonce), options)
  cipher.setAAD(input.aad)
  return concat(cipher.update(input.plaintext), cipher.final(), cipher.getAuthTag())
}

/** The encryption context, sorted by key. */
function contextBytes(context: Readonly<Record<string, string>>): Uint8Array {
  const pairs = Object.entries(context)
    .map(([key, value]) => [utf8(key), utf8(value)] as const)
    .sort(([a], [b]) => Buffer.compare(a, b))
  if (pairs.length === 0) return uint16(0)
  const content = concat(
    uint16(pairs.length),
    ...pairs.flatMap(([key, value]) => [sized(key), sized(value)]),
  )
  return sized(content)
}

function sized(bytes: Uint8Array): Uint8Array {
  return concat(uint16(bytes.length), bytes)
}

function nonceBytes(sequence: number): Uint8Array {
  return concat(new Uint8Array(8), uint32(sequence))
}

function uint16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
