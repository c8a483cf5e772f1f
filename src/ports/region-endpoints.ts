// The endpoints of other Regions, as clients reach them. What a session of the console asks of
// another Region is sent there as it came, and that Region decides about it.

/** A request to a Region's endpoint. */
export interface EndpointRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What came back; headers by lower-case name. */
export interface EndpointResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Sends requests to the endpoints of other Regions. */
export interface RegionEndpoints {
  /** Posts once; undefined when the Region does not respond, or not in time. */
  post(region: string, request: EndpointRequest): Promise<EndpointResponse | undefined>
}
