// One-time codes as they are stored and presented. Only an HMAC of a code is stored, bound to the
// pool, the user and the purpose; a code is good for one use and a bounded number of guesses. How
// codes are made and sent is in `deliveries.ts`: never here, since these are used in transactions.

import type { PoolCiphers } from '#app/crypto/pool-cipher.js'
import type { Clock } from '#base/clock.js'
import { networkOf } from '#domain/credential/network.js'
import type { Delivery } from '#domain/message/contact.js'
import type { Pool } from '#ports/capability.js'
import type {
  CodeAttempt,
  CodeOutcome,
  Codes,
  Outbox,
  OutboxMessage,
  StoredCode,
} from '#ports/regional.js'

const SOURCE_BYTES = 8

/**
 * What a code proves. Verifying an attribute names it: `verify:email`. A code of a sign-in names
 * the session of the challenge that asks for it.
 */
export type CodePurpose = 'sign-up' | 'forgot-password' | `verify:${string}` | `sign-in:${string}`

/** A code that a caller presents. */
export interface PresentedCode {
  readonly sub: string
  readonly purpose: CodePurpose
  readonly code: string
  readonly address?: string | undefined
  /** The address that the call comes from (IPv4 or IPv6). */
  readonly sourceIp: string
  /** Whether a wrong guess must look the same when there is no code. */
  readonly isHidden?: boolean
}

/** A message that was sent, and what of it is to be stored with the change (`record`). */
export interface SentMessage {
  readonly kind: 'sent'
  readonly delivery: Delivery
  readonly code: StoredCode | undefined
  /** `decoy`: there is no message, and nobody must see that. */
  readonly kept: OutboxMessage | 'decoy' | undefined
}

interface OneTimeCodesOptions {
  readonly codes: Codes
  readonly outbox: Outbox
  readonly poolKeys: PoolCiphers
  readonly clock: Clock
}

export class OneTimeCodes {
  readonly #options: OneTimeCodesOptions

  constructor(options: OneTimeCodesOptions) {
    this.#options = options
  }

  /**
   * Stores what a message that was sent leaves: its code, which replaces an earlier one of the
   * purpose, and the message itself where the outbox keeps it.
   */
  async record(pool: Pool, { code, kept }: SentMessage): Promise<void> {
    const { codes, outbox } = this.#options
    const message = kept === 'decoy' ? undefined : kept
    // One statement in any case, so that a decoy takes as many.
    if (code !== undefined) await codes.put(pool, code, message)
    else if (message !== undefined) await outbox.insert(pool, message)
  }

  /** Presents a code. `address` is the one that a code of sign-up or of `verify:` is to prove. */
  async take(pool: Pool, attempt: PresentedCode): Promise<CodeOutcome> {
    return this.#options.codes.take(pool, await this.#hashed(pool, attempt))
  }

  /** Presents a code without using it up; a wrong one counts all the same. */
  async check(pool: Pool, attempt: PresentedCode): Promise<CodeOutcome> {
    return this.#options.codes.check(pool, await this.#hashed(pool, attempt))
  }

  async #hashed(pool: Pool, attempt: PresentedCode): Promise<CodeAttempt> {
    const { sub, purpose, isHidden = false } = attempt
    const { poolKeys, clock } = this.#options
    const cipher = await poolKeys.cipher(pool)
    const network = cipher.hash('code-source', networkOf(attempt.sourceIp))
    return {
      sub,
      purpose,
      codeHash: await codeHash(poolKeys, pool, attempt),
      source: Buffer.from(network).toString('hex', 0, SOURCE_BYTES),
      isHidden,
      nowMs: clock.nowMs(),
    }
  }
}

/** What is stored of a code. */
export async function codeHash(
  poolKeys: PoolCiphers,
  pool: Pool,
  { sub, purpose, code, address }: Omit<PresentedCode, 'sourceIp'>,
): Promise<Uint8Array> {
  const cipher = await poolKeys.cipher(pool)
  // A code proves the address that it was sent to and no other: a user who receives codes at
  // one address cannot prove another with them, however quickly the addresses change.
  const proof = purpose === 'forgot-password' ? code : `${code}\0${address ?? ''}`
  return cipher.hash(`code:${purpose}:${sub}`, proof)
}
