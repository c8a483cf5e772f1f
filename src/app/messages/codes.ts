// One-time codes: made, delivered and taken. Only an HMAC of a code is stored, bound to the pool,
// the user and the purpose; a code is good for one use and a bounded number of guesses. What
// unauthenticated callers or signed-in users may ask for is counted for each user and purpose, so
// that no mailbox can be filled, and asking for new codes does not give guesses without end.
//
// Deviation: every user gets the same number of codes an hour for each purpose
// (`limits.codesPerHourMax`); the service allows 5 to 20 password resets, by the risk it sees.
// Cognito: developer guide, "Forgot password behavior", 2026.

import type { PoolCiphers } from '#app/crypto/pool-cipher.js'
import type { Clock } from '#base/clock.js'
import { DIGITS, type Random } from '#base/random.js'
import { networkOf } from '#domain/credential/network.js'
import { type Contact, type Delivery, deliveryOf } from '#domain/message/contact.js'
import { type CustomTexts, type MessageReason, messageText } from '#domain/message/templates.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { MessageSender } from '#ports/messages.js'
import type { CodeAttempt, CodeOutcome, Codes } from '#ports/regional.js'

const CODE_DIGITS = 6
/** Codes of second factors that a user may ask for in an hour. */
const SIGN_IN_CODES_PER_HOUR_MAX = 20
const HOUR_MS = 3_600_000
const SOURCE_BYTES = 8

/** How long a code lives. Cognito: developer guide, "Verifying contact information", 2026. */
const CODE_LIFE_MS = 24 * HOUR_MS
const RESET_CODE_LIFE_MS = HOUR_MS

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

/** A message for a user; `custom` is what the customer's code makes of it. */
export interface CodeMessage {
  readonly reason: MessageReason
  readonly contact: Contact
  readonly custom: CustomTexts | undefined
}

interface OneTimeCodesOptions {
  readonly codes: Codes
  readonly sender: MessageSender
  readonly poolKeys: PoolCiphers
  readonly clock: Clock
  readonly random: Random
  /** Codes that a user may ask for in an hour, for each purpose. */
  readonly codesPerHourMax: number
}

export class OneTimeCodes {
  readonly #options: OneTimeCodesOptions

  constructor(options: OneTimeCodesOptions) {
    this.#options = options
  }

  /** Counts a code that a user asks for; false when there were too many within the hour. */
  async checkSendLimit(
    pool: Pool,
    { sub, purpose }: { sub: string; purpose: CodePurpose },
  ): Promise<boolean> {
    const { codes, clock, codesPerHourMax } = this.#options
    const isSignIn = purpose.startsWith('sign-in:')
    const counted = await codes.countSend(pool, {
      sub,
      purpose: isSignIn ? 'sign-in' : purpose,
      sendsMax: isSignIn ? SIGN_IN_CODES_PER_HOUR_MAX : codesPerHourMax,
      windowMs: HOUR_MS,
      nowMs: clock.nowMs(),
    })
    return counted === 'counted'
  }

  /**
   * Stores a decoy code, where a client must not learn that none is sent: guesses at it
   * end as guesses at a real one do. Counted like a real one; false when there were too many.
   */
  async recordDecoy(
    pool: Pool,
    { sub, purpose }: { sub: string; purpose: CodePurpose },
  ): Promise<boolean> {
    if (!(await this.checkSendLimit(pool, { sub, purpose }))) return false
    const { codes, clock, random } = this.#options
    const expiresAtMs = clock.nowMs() + lifeMsOf(purpose)
    const code = { sub, purpose, codeHash: random.bytes(32), expiresAtMs }
    await codes.put(pool, code)
    // Again, for the message that a real code has: as many statements, so as long a wait.
    await codes.put(pool, code)
    return true
  }

  /** Makes a new code, which replaces an earlier one of the purpose, and sends it. */
  async send(
    pool: Pool,
    user: User,
    options: CodeMessage & {
      readonly purpose: CodePurpose
      readonly digits?: number
      /** Where the purpose alone does not say how long the code lives. */
      readonly expiresAtMs?: number
    },
  ): Promise<Delivery> {
    const { codes, clock, random } = this.#options
    const code = random.text(options.digits ?? CODE_DIGITS, DIGITS)
    await codes.put(pool, {
      sub: user.sub,
      purpose: options.purpose,
      codeHash: await this.#hash(pool, {
        sub: user.sub,
        purpose: options.purpose,
        code,
        address: options.contact.value,
      }),
      expiresAtMs: options.expiresAtMs ?? clock.nowMs() + lifeMsOf(options.purpose),
    })
    return this.deliver(pool, user, { ...options, code })
  }

  /** Sends a code or temporary password that was made elsewhere. */
  async deliver(
    pool: Pool,
    user: User,
    options: CodeMessage & { readonly code: string },
  ): Promise<Delivery> {
    const { contact, reason, code, custom } = options
    const { username } = user
    const medium = contact.attributeName === 'email' ? 'EMAIL' : 'SMS'
    const text = messageText(pool.settings, { reason, medium, username, code, custom })
    await this.#options.sender.send(pool, {
      medium,
      destination: contact.value,
      subject: text.subject,
      body: text.body,
      reason,
      username,
      code,
    })
    return deliveryOf(contact)
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
      codeHash: await this.#hash(pool, attempt),
      source: Buffer.from(network).toString('hex', 0, SOURCE_BYTES),
      isHidden,
      nowMs: clock.nowMs(),
    }
  }

  async #hash(
    pool: Pool,
    { sub, purpose, code, address }: Omit<PresentedCode, 'sourceIp'>,
  ): Promise<Uint8Array> {
    const cipher = await this.#options.poolKeys.cipher(pool)
    // A code proves the address that it was sent to and no other: a user who receives codes at
    // one address cannot prove another with them, however quickly the addresses change.
    const isProof = purpose !== 'forgot-password'
    const proof = isProof ? `${code}\0${address ?? ''}` : code
    return cipher.hash(`code:${purpose}:${sub}`, proof)
  }
}

function lifeMsOf(purpose: CodePurpose): number {
  return purpose === 'forgot-password' ? RESET_CODE_LIFE_MS : CODE_LIFE_MS
}
