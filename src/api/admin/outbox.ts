// The messages that no real sender took, opened for those who run the service: so that a developer
// or a test can read a confirmation code.
import { openOutboxMessage } from '#app/messages/outbox-seal.js'
import { KeyRefusedError } from '#ports/keys.js'
import type { OutboxMessage } from '#ports/regional.js'
import { type AdminOperation, type AdminServices, toTimestamp } from './admin-operation.js'

/** Lists messages of this Region, the newest first. */
export const ListOutboxMessages: AdminOperation = {
  name: 'ListOutboxMessages',
  async run(services, input) {
    const poolId = input.optionalText('UserPoolId', 55)
    const limit = input.count('MaxResults', { fallback: 60, max: 1000 })
    const stored = await services.outbox.list({ poolId, limit })
    const shown = await Promise.all(stored.map((message) => show(services, message)))
    return { Messages: shown.filter((message) => message !== undefined) }
  },
}

async function show(services: AdminServices, stored: OutboxMessage) {
  const pool = await services.pools.find(stored.poolId)
  // The pool was deleted a moment ago.
  if (pool === undefined) return undefined
  const known = {
    UserPoolId: stored.poolId,
    RegionName: services.region,
    MessageId: stored.messageId,
    CreatedAt: toTimestamp(stored.createdAtMs),
  }
  try {
    const message = await openOutboxMessage(services.poolKeys, pool, stored)
    return {
      ...known,
      Username: message.username,
      Medium: message.medium,
      Destination: message.destination,
      Reason: message.reason,
      Code: message.code,
      Subject: message.subject,
      Body: message.body,
    }
  } catch (error) {
    // One pool whose key is switched off must not hide the messages of all others.
    if (error instanceof KeyRefusedError) return { ...known, Sealed: true }
    throw error
  }
}
