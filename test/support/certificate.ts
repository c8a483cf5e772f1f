// A self-signed X.509 certificate (RFC 5280) for a server of a test, with nothing but Node.js.
import { generateKeyPairSync, sign } from 'node:crypto'

const ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')
const COMMON_NAME = Buffer.from('0603550403', 'hex')
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex')
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex')
const [INTEGER, BITS, OCTETS, TEXT, TIME] = [0x02, 0x03, 0x04, 0x0c, 0x17]
const [SEQUENCE, SET, DNS_NAME, VERSION, EXTENSIONS] = [0x30, 0x31, 0x82, 0xa0, 0xa3]

export interface TestCertificate {
  readonly key: string
  /** PEM; its own root. */
  readonly cert: string
}

/** Valid for this host name, from 2020 to 2049. */
export function selfSigned(hostName: string): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, ECDSA_SHA256)
  const commonName = der(SEQUENCE, COMMON_NAME, der(TEXT, Buffer.from(hostName)))
  const name = der(SEQUENCE, der(SET, commonName))
  const validity = der(
    SEQUENCE,
    der(TIME, Buffer.from('200101000000Z')),
    der(TIME, Buffer.from('491231235959Z')),
  )
  const isAuthority = der(OCTETS, der(SEQUENCE, Buffer.of(0x01, 0x01, 0xff)))
  const names = der(OCTETS, der(SEQUENCE, der(DNS_NAME, Buffer.from(hostName))))
  const extensions = der(
    SEQUENCE,
    der(SEQUENCE, BASIC_CONSTRAINTS, isAuthority),
    der(SEQUENCE, SUBJECT_ALT_NAME, names),
  )
  const signed = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.of(2))),
    der(INTEGER, Buffer.of(1)),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, extensions),
  )
  const signature = der(BITS, Buffer.of(0), sign('sha256', signed, privateKey))
  const base64 = der(SEQUENCE, signed, algorithm, signature).toString('base64')
  const lines = base64.match(/.{1,64}/g) ?? []
  const cert = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function der(tag: number | undefined, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag ?? 0, ...head), content])
}
