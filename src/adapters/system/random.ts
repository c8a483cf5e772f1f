// The machine's cryptographic randomness. `text` must stay free of bias: a byte is used only below
// the largest multiple of the alphabet's length, and drawn again otherwise.
import { randomBytes, randomUUID } from 'node:crypto'
import { assert } from '#base/assert.js'
import type { Random } from '#base/random.js'

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
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
