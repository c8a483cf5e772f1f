// What threat protection knows of the world: which passwords others know, and where addresses are.
import type { Place } from '#domain/risk/event.js'

/** Passwords that are known to those who guess. */
export interface KnownPasswords {
  /** Whether the text, in lower case, is one. */
  has(password: string): Promise<boolean>
}

/** Where addresses are. */
export interface Places {
  /** Undefined where it is not known. Rejects when the source fails. */
  find(ip: string): Promise<Place | undefined>
}
