// Control calls between Regions: few, small, mutually authenticated, and never rows. Rows travel
// by the databases' own replication; the link carries what the databases cannot.
//
// A Region that cannot be reached throws LinkUnreachableError, which means "try again later". An
// response that the peer chose to make throws LinkRefusedError with the peer's reason.
import type { PeerCopies } from './replication.js'

/** JSON that crosses the link. */
export type LinkValue =
  | null
  | boolean
  | number
  | string
  | readonly LinkValue[]
  | { readonly [member: string]: LinkValue | undefined }

/** The peer did not respond, or not within the deadline. Retrying is right. */
export class LinkUnreachableError extends Error {
  override readonly name = 'LinkUnreachableError'
  readonly region: string

  constructor(region: string, options: { cause?: unknown; hasOtherKey?: boolean } = {}) {
    const { cause, hasOtherKey = false } = options
    super(
      hasOtherKey
        ? `Region ${region} has another service key; all Regions must have the same`
        : `Region ${region} cannot be reached over the region link`,
      { cause },
    )
    this.region = region
  }
}

/** The peer responded and refused. `code` is a word that callers may act on. */
export class LinkRefusedError extends Error {
  override readonly name = 'LinkRefusedError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Calls another Region. */
export interface RegionLink {
  /**
   * `sealed` also encrypts body and response, for key material. Throws LinkUnreachableError or
   * LinkRefusedError.
   */
  call(
    region: string,
    name: string,
    body: LinkValue,
    options?: { readonly sealed?: boolean; readonly timeoutMs?: number },
  ): Promise<LinkValue>
}

/** A call as its receiver gets it: who asks has been proved. */
export interface LinkCall {
  readonly fromRegion: string
  readonly body: LinkValue
  /** Whether the body came encrypted; receivers of key material insist on it. */
  readonly isSealed: boolean
}

/** Handles one kind of call. Throws LinkRefusedError to refuse. */
export type LinkReceiver = (call: LinkCall) => Promise<LinkValue>

/** Where receivers are registered, each name once. */
export interface LinkReceivers {
  register(name: string, receiver: LinkReceiver): void
}

/** What a Region says of itself in response to `hello`. */
export interface Hello extends PeerCopies {
  readonly region: string
  /** Changes when the Region's database is lost and made again. */
  readonly databaseId: string
  /** Names of the migrations that its database has. */
  readonly migrations: readonly string[]
  readonly nowMs: number
}
