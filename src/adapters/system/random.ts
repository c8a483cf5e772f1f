// The machine's cryptographic randomness. Small amounts are cut from a supply that is drawn at
// once, since a draw costs more than the bytes; what was given out is wiped from the supply, and
// nothing is given out twice. `text` must stay free of bias: a byte is used only below the largest
// multiple of the alphabet's length, and drawn again otherwise.
import { randomBytes, randomFillSync, randomUUID } from 'node:crypto'
import { assert } from '#base/assert.js'
import type { Random } from '#base/random.js'

const SUPPLY_BYTES = 4096
const SMALL_BYTES = 64

/** A source with a supply of its own. */
function createSource(): (length: number) => Uint8Array {
  const supply = Buffer.alloc(SUPPLY_BYTES)
  let used = SUPPLY_BYTES
  return (length) => {
    if (length > SMALL_BYTES) return randomBytes(length)
    if (used + length > SUPPLY_BYTES) {
      randomFillSync(supply)
      used = 0
    }
    const end = used + length
    const bytes = new Uint8Array(supply.subarray(used, end))
    supply.fill(0, used, end)
    used = end
    return bytes
  }
}

export const systemRandom: Random = {
  bytes: createSource(),
  uuid: () => randomUUID(),
  text(length, alphabet) {
    assert(alphabet.length > 0 && alphabet.length <= 256, 'an alphabet has 1 to 256 characters')
    const limit = 256 - (256 % alphabet.length)
    let text = ''
    while (text.length < length) {
      for (const byte of randomBytes(length - text.length + 8)) {
        if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length]
      }
    }
    return text
  },
}
