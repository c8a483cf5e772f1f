// Traces through the API package of OpenTelemetry, which does nothing until an operator registers
// an SDK in the process (docs/tracing.md). Of what callers send, only `traceparent` and
// `tracestate` are read (W3C Trace Context): baggage would be text of theirs on its way to others.
// Messages of errors and stacks stay out of spans, since both may hold what is secret.
import {
  type Context,
  context,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { CarrierHeaders, SpanEnd, SpanStart, Tracing } from '#ports/tracing.js'

/** Traces, and whether anybody takes them. */
export interface OpenTracing extends Tracing {
  /** Whether an SDK is registered. */
  readonly hasSdk: boolean
}

const KINDS = { SERVER: SpanKind.SERVER, CLIENT: SpanKind.CLIENT } as const
const CARRIED = ['traceparent', 'tracestate']

/** `version`: of Twinpool. */
export function openTracing(version: string): OpenTracing {
  const tracer = trace.getTracer('twinpool', version)
  return {
    // A span that never ends is never sent.
    hasSdk: isSpanContextValid(tracer.startSpan('sdk').spanContext()),
    span(start, work, { ended, thrown }) {
      const around = parentOf(start)
      if (start.isInner && trace.getSpan(around) === undefined) return work()
      const options = { kind: KINDS[start.kind], attributes: start.attributes }
      return tracer.startActiveSpan(start.name, options, around, async (span) => {
        const end = ({ attributes = {}, error, isFault = false }: SpanEnd) => {
          span.setAttributes(attributes)
          if (error !== undefined) span.setAttribute('error.type', error)
          if (isFault) span.setStatus({ code: SpanStatusCode.ERROR })
        }
        try {
          const value = await work()
          if (ended) end(ended(value))
          return value
        } catch (error) {
          end({ error: thrown(error), isFault: true })
          throw error
        } finally {
          span.end()
        }
      })
    },
    headers() {
      const carrier: Record<string, string> = {}
      propagation.inject(context.active(), carrier)
      return pick(carrier)
    },
  }
}

function parentOf({ headers }: SpanStart): Context {
  const active = context.active()
  return headers === undefined ? active : propagation.extract(active, pick(headers))
}

/** What names a span, and nothing else; a header that was sent twice names none. */
function pick(headers: CarrierHeaders): Record<string, string> {
  const carrier: Record<string, string> = {}
  for (const name of CARRIED) {
    const value = headers[name]
    if (typeof value === 'string') carrier[name] = value
  }
  return carrier
}
