// An SDK of OpenTelemetry for a node of Twinpool, which sends traces by OTLP over HTTP. Put it where
// the node starts, with its packages beside it:
//
//   npm install @opentelemetry/sdk-trace-node@2 @opentelemetry/resources@2 \
//     @opentelemetry/exporter-trace-otlp-http@0.223
//   TWINPOOL_TRACING_ENABLED=true NODE_OPTIONS='--import ./tracing.mjs' twinpool serve …
//
// The variables of OpenTelemetry say where traces go and how many of them: docs/tracing.md.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

const { OTEL_SERVICE_NAME = 'twinpool', TWINPOOL_REGION } = process.env

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({
    'service.name': OTEL_SERVICE_NAME,
    ...(TWINPOOL_REGION && { 'cloud.region': TWINPOOL_REGION }),
  }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
})
provider.register()

// While the node drains; what it serves then may be missing. A process that has no other listener
// of the signal ends by it, as it would without this one.
process.once('SIGTERM', async () => {
  const isListenedTo = process.listenerCount('SIGTERM') > 0
  await provider.forceFlush().catch(() => undefined)
  if (!isListenedTo) process.kill(process.pid, 'SIGTERM')
})
