// Operations of real processes: the workers of a node are listed each, and the example of `deploy`
// sends the traces of all of them to a collector.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { callAny } from '#cli/signed-call.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { twinpoolAsync } from '#test/support/program.js'
import { type Stack, startStack, waitUntilHealthy } from '#test/support/stack.js'
import { waitFor } from '#test/support/wait.js'

type Row = Readonly<Record<string, unknown>>

interface Batch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string }[] }
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[]
  }[]
}

const EXAMPLE = pathToFileURL('deploy/tracing.mjs').href

describe('operations of real processes', () => {
  let stack: Stack
  const batches: Batch[] = []
  const collector = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.url === '/v1/traces') {
      batches.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Batch)
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  before(async () => {
    await new Promise<void>((resolve) => {
      collector.listen(0, '127.0.0.1', resolve)
    })
    const { port } = collector.address() as { port: number }
    stack = await startStack({ settings: { workers: 2 } })
    await stack.west.node.stop()
    await stack.west.node.start({
      NODE_OPTIONS: `--import ${EXAMPLE}`,
      TWINPOOL_TRACING_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    })
    await Promise.all(stack.regions.map((region) => waitUntilHealthy(region)))
  })
  after(async () => {
    await stack?.close()
    collector.close()
    collector.closeAllConnections()
  })

  const target = () => {
    const { name: region, endpoint } = stack.west
    return { region, endpoint, credentials: { ...ROOT_ACCESS_KEY } }
  }
  const nodes = async () => (await callAny([target()], 'ListNodes', {}))['Nodes'] as Row[]

  test('each worker is listed, one of them leads, and a command shows them', async () => {
    const both = await waitFor(
      async () => {
        const all = await nodes()
        return all.length === 2 && all.some((node) => node['Leader'] === true) && all
      },
      { what: 'two processes and a leader' },
    )
    assert.equal(new Set(both.map((node) => node['Pid'])).size, 2)
    assert.equal(both.filter((node) => node['Leader'] === true).length, 1)
    const { region, endpoint } = target()
    const shown = await twinpoolAsync(['nodes', '--endpoint', endpoint, '--region', region], {
      AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_ACCESS_KEY.secretAccessKey,
    })
    assert.equal(shown.code, 0, shown.stderr)
    assert.equal(shown.stdout.match(/ (?:leads|serves)$/gm)?.length, 2)
  })

  test('the example of an SDK sends their traces', async () => {
    const spans = () =>
      batches.flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ resource, scopeSpans }) =>
          scopeSpans.flatMap(({ spans: own }) => own.map(({ name }) => ({ name, resource }))),
        ),
      )
    const span = await waitFor(
      async () => {
        await nodes()
        return spans().find(({ name }) => name === 'TwinpoolService.ListNodes')
      },
      { what: 'a span at the collector' },
    )
    assert.deepEqual(
      span.resource.attributes.find(({ key }) => key === 'service.name'),
      { key: 'service.name', value: { stringValue: 'twinpool' } },
    )
    assert.ok(spans().some(({ name }) => name === 'postgresql statement'))
  })
})
