// Detects a wrong service key before it does harm. One row of each database is a known text, sealed
// under the service key of the nodes that made the database. A node with another key would serve:
// what it wrote would be sealed under its key, and neither kind of node could read the other's
// rows. So it has to open the canary before it starts.
import type { Random } from '#base/random.js'
import type { ServiceKeyCanary } from '#ports/keys.js'
import { SealedFieldError } from './pool-cipher.js'
import { ServiceSeal } from './service-seal.js'

const PLACE = { table: 'service_key_canary', column: 'canary_sealed', row: 'canary' }
const TEXT = 'the service key of this database'

export function serviceKeyCanary(options: {
  readonly serviceKey: Uint8Array
  readonly random: Random
}): ServiceKeyCanary {
  const seal = new ServiceSeal(options)
  return {
    make: () => seal.sealText(PLACE, TEXT),
    opens(sealed) {
      try {
        return seal.openText(PLACE, sealed) === TEXT
      } catch (error) {
        if (error instanceof SealedFieldError) return false
        throw error
      }
    },
  }
}
