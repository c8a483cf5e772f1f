// Calls of the KMS of a Region.
import type { Call, Members } from './client.js'
import { allPages } from './use-calls.js'

/** A call of the KMS. */
export function kms(operation: string, input: Members = {}): Call {
  return { service: 'kms', operation, input }
}

/** All rows of a list, whose pages go on under another name than they end with. */
export function allKmsRows<Row>(
  send: (call: Call) => Promise<Members>,
  operation: string,
  list: string,
  input: Members = {},
): Promise<readonly Row[]> {
  return allPages<Row>(send, kms(operation, input), list, 'NextMarker', 'Marker')
}
