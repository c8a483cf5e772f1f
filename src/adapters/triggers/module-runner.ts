// What runs in the child process of a module: it loads the customer's code, hands it the events
// that come over the channel, and sends back what it returned. It has nothing of the node but the
// channel: no environment, no configuration, no open files. The code runs as the function of Lambda
// does: `handler(event, context)`, by promise or by callback.

import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FromModule, ToModule } from './module-messages.js'

const RESPONSE_CHARACTERS_MAX = 6_291_556

type Callback = (error: unknown, result?: unknown) => void
type Handler = (event: unknown, context: object, callback: Callback) => unknown

// The node may be killed, and this process be busy in the customer's code for ever: a thread of its
// own sees the node's end of standard input close, and ends the process.
new Worker(new URL('./module-lifeline.js', import.meta.url)).unref()

const [, , file = '', arn = ''] = process.argv
const handler = load(file)
handler.catch((error: unknown) => {
  send({ kind: 'broken', message: messageOf(error) }, () => process.exit(1))
})

process.on('disconnect', () => process.exit(0))
process.on('message', (message: ToModule) => {
  if (message.kind === 'ping') send({ kind: 'pong' })
  else void answer(message)
})

async function load(path: string): Promise<Handler> {
  const loaded = (await import(pathToFileURL(path).href)) as {
    handler?: unknown
    default?: { handler?: unknown }
  }
  const found = loaded.handler ?? loaded.default?.handler ?? loaded.default
  if (typeof found === 'function') return found as Handler
  throw new TypeError('the module exports no handler')
}

async function answer(call: Extract<ToModule, { kind: 'call' }>): Promise<void> {
  const { id, payload, isNotice } = call
  const run = await handler.catch(() => undefined)
  if (run === undefined) return
  if (isNotice) send({ kind: 'returned', id, payload: '' })
  let response: FromModule
  try {
    const result = JSON.stringify((await invoke(run, call)) ?? null) ?? 'null'
    response =
      result.length > RESPONSE_CHARACTERS_MAX
        ? { kind: 'threw', id, message: 'Response payload size exceeded maximum allowed' }
        : { kind: 'returned', id, payload: result }
  } catch (error) {
    response = { kind: 'threw', id, message: messageOf(error) }
  }
  if (!isNotice) send(response)
  else if (response.kind === 'threw') send({ kind: 'noticeThrew' })

  function invoke(called: Handler, { timeoutMs }: typeof call): Promise<unknown> {
    const untilSeconds = process.uptime() + timeoutMs / 1000
    return new Promise((resolve, reject) => {
      const callback: Callback = (error, result) => {
        if (error === undefined || error === null) resolve(result)
        else reject(error)
      }
      const context = {
        functionName: arn.split(':')[6] ?? arn,
        functionVersion: '$LATEST',
        invokedFunctionArn: arn,
        awsRequestId: `${process.pid}-${id}`,
        callbackWaitsForEmptyEventLoop: false,
        getRemainingTimeInMillis: () =>
          Math.max(0, Math.round((untilSeconds - process.uptime()) * 1000)),
        done: callback,
        succeed: (result: unknown) => callback(undefined, result),
        fail: (error: unknown) => callback(error ?? 'failed'),
      }
      Promise.resolve()
        .then(() => called(JSON.parse(payload), context, callback))
        // A function with a callback returns nothing itself.
        .then((result) => (called.length < 3 || result !== undefined) && resolve(result), reject)
    })
  }
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : error
  return (typeof message === 'string' ? message : (JSON.stringify(message) ?? 'Unhandled')).slice(
    0,
    10_000,
  )
}

function send(message: FromModule, sent?: () => void): void {
  process.send?.(message, undefined, undefined, () => sent?.())
}
