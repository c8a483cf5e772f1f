// Messages wait in the outbox under their pool's own data key: a code is worth a password for as
// long as it lives, so it is sealed like one.
import type { PoolCiphers } from '#app/crypto/pool-cipher.js'
import type { Pool } from '#ports/capability.js'
import type { Message } from '#ports/messages.js'

function contextOf(messageId: string) {
  return { table: 'outbox', column: 'message_sealed', row: messageId }
}

/** Seals a message for its place in the outbox. */
export async function sealOutboxMessage(
  poolKeys: PoolCiphers,
  pool: Pool,
  messageId: string,
  message: Message,
): Promise<Uint8Array> {
  const cipher = await poolKeys.cipher(pool)
  return cipher.sealJson(contextOf(messageId), message)
}

/** Opens what sealOutboxMessage sealed. */
export async function openOutboxMessage(
  poolKeys: PoolCiphers,
  pool: Pool,
  stored: { readonly messageId: string; readonly messageSealed: Uint8Array },
): Promise<Message> {
  const cipher = await poolKeys.cipher(pool)
  return cipher.openJson(contextOf(stored.messageId), stored.messageSealed) as Message
}
