// Traces of requests, as the inside sees them: spans with a name and attributes from tables of the
// source. Which library keeps them, and where they go, is behind this port. What must stay true: a
// span never holds what names a user, a token or a pool, nor text that a caller has chosen, but for
// ARNs of functions; an error is a word, never a message. Where there is no tracing (undefined), a
// call is made as if this file did not exist.

/** What spans say, by the names of the semantic conventions of OpenTelemetry. */
export const SPAN_ATTRIBUTES = {
  'aws.lambda.invoked_arn': 'the ARN of a function that a pool has configured',
  'aws.request_id': 'the ID of the request, as in the response and in the log',
  'db.operation.name': '`statement` or `transaction`',
  'db.system.name': '`postgresql`',
  'error.type': 'an error code of the API, or a word of the metric of the same call',
  'http.request.method': 'the method',
  'http.response.status_code': 'the status',
  'http.route': 'the route, with names in place of what callers choose',
  'messaging.operation.type': '`send`',
  'messaging.system': 'a value of `messages.email` or `messages.sms`, or `function`',
  'rpc.method': 'service and operation; what is no operation is `_OTHER`',
  'rpc.system.name': '`aws-api`, or `twinpool-link` for calls between Regions',
  'server.address': 'the Region that is called',
} as const

/** Attributes of one span. */
export type SpanAttributes = Readonly<
  Partial<Record<keyof typeof SPAN_ATTRIBUTES, string | number>>
>

/** The headers of a request, by lower-case name. */
export type CarrierHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** A span, as it begins. */
export interface SpanStart {
  readonly kind: 'SERVER' | 'CLIENT'
  readonly name: string
  readonly attributes: SpanAttributes
  /** Of the request that the span is about: they may name the caller's span. */
  readonly headers?: CarrierHeaders
  /** It is worth no trace of its own: no span where there is no span around it. */
  readonly isInner?: boolean
}

/** What a span says when its work has ended. */
export interface SpanEnd {
  readonly attributes?: SpanAttributes
  /** Why, in a word; undefined: it did what was asked. */
  readonly error?: string | undefined
  /** Whether that is the fault of whoever did the work, and not of whoever asked. */
  readonly isFault?: boolean
}

/** Where traces are kept. */
export interface Tracing {
  /**
   * Does the work in a span. `ended` says what came of what it returned; what it throws is an error
   * in the word of `thrown`.
   */
  span<T>(
    start: SpanStart,
    work: () => Promise<T>,
    end: { ended?(value: NoInfer<T>): SpanEnd; thrown(error: unknown): string },
  ): Promise<T>
  /** The headers that name the span around this call to another process. */
  headers(): Readonly<Record<string, string>>
}
