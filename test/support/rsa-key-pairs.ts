// RSA key pairs for the nodes that run inside of a test's process. Making one takes a tenth of a
// second of a processor, and the tests make thousands of pools; so a process has so many pairs and
// gives them out in turn. Pools that are made one after the other never have a key in common.
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { MakeRsaKeyPair } from '#app/crypto/rsa-key-pair.js'

const PAIRS = 64
const make = promisify(generateKeyPair)
const pairs: ReturnType<MakeRsaKeyPair>[] = []
let given = 0

/** The next pair of this process. */
export const nextRsaKeyPair: MakeRsaKeyPair = () => {
  const at = given % PAIRS
  given += 1
  pairs[at] ??= make('rsa', { modulusLength: 2048 })
  return pairs[at]
}
