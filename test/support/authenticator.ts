// An authenticator in software (Web Authentication): keys for relying parties, with a counter, and
// what a browser would make of its responses. Each part of them can be made wrong.
import {
  createHash,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

export interface AuthenticatorOptions {
  readonly origin: string
  /** Whether it verifies its user. */
  readonly isVerifying?: boolean
  readonly algorithm?: 'ES256' | 'RS256' | 'ES384'
}

type Cbor = number | string | Uint8Array | ReadonlyMap<number | string, Cbor>

const COSE = { ES256: -7, RS256: -257, ES384: -35 } as const
const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 }

export class SoftwareAuthenticator {
  readonly id = randomBytes(32)
  origin: string
  isVerifying: boolean
  /** The next counter; undefined for an authenticator without one. */
  counter: number | undefined = 1
  readonly #algorithm: keyof typeof COSE
  readonly #privateKey: KeyObject
  readonly #publicKey: KeyObject

  constructor({ origin, isVerifying = true, algorithm = 'ES256' }: AuthenticatorOptions) {
    this.origin = origin
    this.isVerifying = isVerifying
    this.#algorithm = algorithm
    const pair =
      algorithm === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: algorithm === 'ES256' ? 'P-256' : 'P-384' })
    this.#privateKey = pair.privateKey
    this.#publicKey = pair.publicKey
  }

  /** RegistrationResponseJSON for CredentialCreationOptions. */
  create(options: unknown, change: { readonly rpId?: string; readonly challenge?: string } = {}) {
    const { rp, challenge } = options as { rp: { id: string }; challenge: string }
    const id = this.id.toString('base64url')
    const clientData = this.#clientData('webauthn.create', change.challenge ?? challenge)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(this.id.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, cbor(this.#coseKey())])
    const authData = this.#authData(change.rpId ?? rp.id, attested)
    const object = new Map<string, Cbor>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ])
    return {
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: cbor(object).toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  /** AuthenticationResponseJSON, as text, for CREDENTIAL_REQUEST_OPTIONS. */
  get(
    options: string,
    change: { readonly rpId?: string; readonly challenge?: string } = {},
  ): string {
    const { rpId, challenge } = JSON.parse(options) as { rpId: string; challenge: string }
    const clientData = this.#clientData('webauthn.get', change.challenge ?? challenge)
    const authData = this.#authData(change.rpId ?? rpId)
    const hash = createHash('sha256').update(clientData).digest()
    const sign = createSign(this.#algorithm === 'ES384' ? 'sha384' : 'sha256')
    const signature = sign.update(authData).update(hash).sign(this.#privateKey)
    const id = this.id.toString('base64url')
    return JSON.stringify({
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
      },
    })
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }))
  }

  #authData(rpId: string, attested = Buffer.alloc(0)): Buffer {
    const head = Buffer.alloc(5)
    head[0] =
      FLAGS.present |
      (this.isVerifying ? FLAGS.verified : 0) |
      (attested.length > 0 ? FLAGS.attested : 0)
    head.writeUInt32BE(this.counter ?? 0, 1)
    if (this.counter !== undefined) this.counter += 1
    return Buffer.concat([createHash('sha256').update(rpId).digest(), head, attested])
  }

  #coseKey(): ReadonlyMap<number, Cbor> {
    const jwk = this.#publicKey.export({ format: 'jwk' })
    const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64url')
    const alg = COSE[this.#algorithm]
    if (this.#algorithm === 'RS256') {
      return new Map<number, Cbor>([
        [1, 3],
        [3, alg],
        [-1, bytes(jwk.n)],
        [-2, bytes(jwk.e)],
      ])
    }
    return new Map<number, Cbor>([
      [1, 2],
      [3, alg],
      [-1, this.#algorithm === 'ES256' ? 1 : 2],
      [-2, bytes(jwk.x)],
      [-3, bytes(jwk.y)],
    ])
  }
}

/** CBOR (RFC 8949) of what attestations are made of. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') {
    const bytes = Buffer.from(value)
    return Buffer.concat([head(3, bytes.length), bytes])
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  const parts = [...value].flatMap(([key, item]) => [cbor(key), cbor(item)])
  return Buffer.concat([head(5, value.size), ...parts])
}

function head(type: number, size: number): Buffer {
  const major = type << 5
  if (size < 24) return Buffer.from([major | size])
  if (size < 256) return Buffer.from([major | 24, size])
  return Buffer.from([major | 25, size >> 8, size & 0xff])
}
