// What a request brings besides its input: who it is to be traced by, and what its caller says of
// the user's device and of itself. It goes with the request through every flow, to the triggers and
// into the tokens, and decides nothing about access: all of it but the source address is the
// caller's word.

/** What a caller says of the user's device (UserContextData and ContextData). */
export interface UserContextData {
  /** The user's address, where the caller is a server that may name it. */
  readonly ipAddress: string | undefined
  /** What the client libraries gather about the device, encoded. */
  readonly encodedData: string | undefined
  readonly serverName: string | undefined
  readonly serverPath: string | undefined
  readonly httpHeaders: readonly { readonly name: string; readonly value: string }[]
}

/** The context of one request. */
export interface RequestContext {
  readonly requestId: string
  /** `event_id` of the tokens and events that the request leads to: one for each request. */
  readonly eventId: string
  /** The operation, such as `InitiateAuth`, or the grant of the token endpoint. */
  readonly operation: string
  /** The address that the request came from. */
  readonly sourceIp: string
  readonly userAgent: string | undefined
  /** ClientMetadata; empty when there is none. */
  readonly clientMetadata: Readonly<Record<string, string>>
  readonly userContextData: UserContextData | undefined
  /** Told whom the request turned out to be about, where somebody wants to know. */
  readonly noteUser?: ((sub: string) => void) | undefined
}

/**
 * The context without an address that its caller may not name: whoever knows an app client's ID
 * could say that its users come from anywhere.
 */
export function withBelievedAddress(
  context: RequestContext,
  { mayNameAddress }: { readonly mayNameAddress: boolean },
): RequestContext {
  const { userContextData } = context
  if (mayNameAddress || userContextData?.ipAddress === undefined) return context
  return { ...context, userContextData: { ...userContextData, ipAddress: undefined } }
}
