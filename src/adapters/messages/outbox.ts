// The message sender of a stack without a mail or SMS service: messages wait, sealed, in this
// Region's outbox, where `twinpool outbox` and the start page show them.
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { Pool } from '#ports/capability.js'
import type { Message, MessageSender } from '#ports/messages.js'
import type { Outbox } from '#ports/regional.js'

/** Seals an outbox message for its pool. */
type Seal = (pool: Pool, messageId: string, message: Message) => Promise<Uint8Array>

export function createOutboxSender(options: {
  outbox: Outbox
  seal: Seal
  clock: Clock
  random: Random
}): MessageSender {
  const { outbox, seal, clock, random } = options
  return {
    async send(pool, message) {
      const messageId = random.uuid()
      const messageSealed = await seal(pool, messageId, message)
      await outbox.insert(pool, {
        poolId: pool.id,
        messageId,
        messageSealed,
        createdAtMs: clock.nowMs(),
      })
    },
  }
}
