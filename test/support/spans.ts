// Spans as an SDK of OpenTelemetry in the process of the tests gets them.
import { after, before, beforeEach } from 'node:test'
import { context, propagation, trace } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import { waitFor } from '#test/support/wait.js'

/** The span of a caller, and the header that names it. */
export const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
export const TRACEPARENT = `00-${PARENT.traceId}-${PARENT.spanId}-01`

const exporter = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })

/** Collects the spans of each test of the file anew. */
export function collectSpans(): InMemorySpanExporter {
  before(() => provider.register())
  beforeEach(() => exporter.reset())
  after(() => {
    trace.disable()
    context.disable()
    propagation.disable()
  })
  return exporter
}

/** A span ends when the response is on its way, so it may be seen a moment later. */
export const spanNamed = (name: string, isIt = (_span: ReadableSpan) => true) =>
  waitFor(() => exporter.getFinishedSpans().find((span) => span.name === name && isIt(span)), {
    what: `the span ${name}`,
    timeoutMs: 10_000,
  })

export const childrenOf = (parent: ReadableSpan, name: string) =>
  exporter
    .getFinishedSpans()
    .filter(
      (span) =>
        span.name === name && span.parentSpanContext?.spanId === parent.spanContext().spanId,
    )
