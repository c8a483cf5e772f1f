// Randomness as a value that is passed in. Only `adapters/system` asks the machine for it.

/** A source of cryptographic randomness. */
export interface Random {
  bytes(length: number): Uint8Array
  /** A random UUID (version 4), the form of a user's `sub` and of `jti` claims. */
  uuid(): string
  /** `length` characters drawn evenly from `alphabet`. */
  text(length: number, alphabet: string): string
}

export const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789'
export const ALPHANUMERIC = `${LOWER_ALPHANUMERIC}ABCDEFGHIJKLMNOPQRSTUVWXYZ`
export const DIGITS = '0123456789'
