// RSA key pairs, of tokens and of SAML requests. 2,048 bits is what clients of this API verify.
import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)

/** Makes an RSA key pair of 2,048 bits. */
export type MakeRsaKeyPair = () => Promise<{
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}>

/** Takes a thread of the machine's for a while: a tenth of a second, or several. */
export const makeRsaKeyPair: MakeRsaKeyPair = () => generate('rsa', { modulusLength: 2048 })
