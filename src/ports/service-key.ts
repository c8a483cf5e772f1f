// The proof that a process has the service key under which a database was written.

/** Makes and opens the known text that each database keeps, sealed under the service key. */
export interface ServiceKeyCanary {
  /** A new canary under this process's key. */
  make(): Uint8Array
  /** Whether a canary was made under this process's key. */
  opens(sealed: Uint8Array): boolean
}
