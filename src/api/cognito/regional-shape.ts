import { regionalTable } from '#domain/pool/settings.js'
import type { Pool } from '#ports/capability.js'
import { requestFor } from './settings.js'

const OPERATIONS = ['UpdateUserPool', 'SetLogDeliveryConfiguration']

/** What a Region has of its own for a pool, as the operations that set it take it. */
export function regionalShape(pool: Pool): Readonly<Record<string, unknown>> {
  const { regionalSettings, tags } = pool
  const parts = OPERATIONS.map((name) => requestFor(regionalTable, name, regionalSettings))
  return {
    ...Object.assign({}, ...parts),
    NotifySenders: regionalSettings.riskSenders,
    UserPoolTags: tags,
  }
}
