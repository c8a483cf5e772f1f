// Functions behind the Invoke API: AWS Lambda through its SDK, with signed requests, and any
// address that speaks the API.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { systemClock } from '#adapters/system/clock.js'
import { AwsLambda } from '#adapters/triggers/aws-lambda.js'
import { createHttpTransport } from '#adapters/triggers/http.js'
import { createInvoker, type Invoker } from '#adapters/triggers/invoker.js'
import type { TransportOf } from '#adapters/triggers/transport.js'
import {
  LAMBDA_KEY,
  type LambdaService,
  startLambdaService,
  throws,
} from '#test/support/lambda-service.js'
import { takePort } from '#test/support/ports.js'
import { lambdaArn } from '#test/support/trigger-module.js'
import { waitFor } from '#test/support/wait.js'

const REGION = 'us-west-2'
const ARN = lambdaArn('sign-up')
const CALLING = { tries: 3, tryMs: 60_000, queuedMs: 60_000, pauseMs: 1 }
const TIMED_OUT = { kind: 'failed', reason: 'Socket timeout while invoking Lambda function' }

for (const kind of ['aws-lambda', 'http'] as const) {
  describe(`the Invoke API by ${kind}`, () => {
    let service: LambdaService
    const invokers: Invoker[] = []
    const clients: AwsLambda[] = []
    before(async () => {
      service = await startLambdaService(kind === 'aws-lambda' ? REGION : undefined)
    })
    beforeEach(() => {
      service.calls.length = 0
      service.behaviour = ({ event }) => event
    })
    afterEach(async () => {
      await Promise.all(invokers.splice(0).map((invoker) => invoker.close()))
      await Promise.all(clients.splice(0).map((client) => client.close()))
    })
    after(() => service.close())

    function transportOf(endpoint: string, credentials = LAMBDA_KEY): TransportOf {
      if (kind === 'http') return (arn) => createHttpTransport(arn, endpoint)
      const client = new AwsLambda({ region: REGION, endpoint, credentials })
      clients.push(client)
      return (arn) => client.transportOf(arn)
    }

    function open(
      tryMs = CALLING.tryMs,
      endpoint = service.url,
      credentials = LAMBDA_KEY,
      concurrentCallsMax = 50,
    ): Invoker {
      const invoker = createInvoker({
        transportOf: transportOf(endpoint, credentials),
        clock: systemClock,
        concurrentCallsMax,
        queuedCallsMax: 500,
        calling: { ...CALLING, tryMs },
      })
      invokers.push(invoker)
      return invoker
    }

    test('an event goes in, what the function returned comes out', async () => {
      const outcome = await open().invoke(ARN, '{"a":1}')
      assert.deepEqual(outcome, { kind: 'returned', payload: '{"a":1}' })
      const [call, ...more] = service.calls
      assert.equal(more.length, 0)
      assert.equal(call?.functionName, ARN)
      assert.equal(call?.type, 'RequestResponse')
      assert.equal(call?.isSigned, kind === 'aws-lambda')
    })

    test('a notice is handed over', async () => {
      assert.deepEqual(await open().notify(ARN, '{}'), { kind: 'returned', payload: '' })
      assert.equal(service.calls[0]?.type, 'Event')
    })

    test('an error of the function is not tried again', async () => {
      service.behaviour = throws('Bad password')
      const invoker = open()
      assert.deepEqual(await invoker.invoke(ARN, '{}'), { kind: 'threw', message: 'Bad password' })
      service.behaviour = (_call, response) => {
        response.writeHead(200, { 'x-amz-function-error': 'Unhandled' })
        response.end('garbage')
      }
      assert.deepEqual(await invoker.invoke(ARN, '{}'), { kind: 'threw', message: 'Unhandled' })
      assert.equal(service.calls.length, 2)
    })

    test('garbage is what the function returned', async () => {
      service.behaviour = () => '<html>'
      assert.deepEqual(await open().invoke(ARN, '{}'), { kind: 'returned', payload: '<html>' })
    })

    test('refusals and errors of the service are not tried again, "too many" is', async () => {
      for (const [status, name, tries] of [
        [404, 'ResourceNotFoundException', 1],
        [500, 'ServiceException', 1],
        [502, 'EC2UnexpectedException', 1],
        [429, 'TooManyRequestsException', 3],
      ] as const) {
        service.calls.length = 0
        service.behaviour = (_call, response) => {
          response.writeHead(status, { 'x-amzn-errortype': name })
          response.end('{"Type":"User","Message":"no"}')
        }
        const outcome = await open().invoke(ARN, '{}')
        assert.deepEqual(outcome, { kind: 'failed', reason: name })
        assert.equal(service.calls.length, tries, name)
      }
    })

    test('a connection that is lost is tried again', async () => {
      let lost = 0
      service.behaviour = ({ event }, response) => {
        if (lost === 2) return event
        lost += 1
        response.destroy()
        return undefined
      }
      const invoker = open()
      assert.equal((await invoker.invoke(ARN, '{}')).kind, 'returned')
      assert.equal(service.calls.length, 3)
      assert.equal(invoker.figures()[0]?.retries, 2)
      lost = Number.NEGATIVE_INFINITY
      assert.equal((await invoker.invoke(ARN, '{}')).kind, 'failed')
      const nowhere = open(CALLING.tryMs, `http://127.0.0.1:${await takePort()}`)
      assert.deepEqual(await nowhere.invoke(ARN, '{}'), { kind: 'failed', reason: 'ECONNREFUSED' })
    })

    test('a function that hangs: three tries, each of which is given up', async () => {
      const closed: Promise<unknown>[] = []
      service.behaviour = (_call, response) => {
        closed.push(once(response, 'close'))
      }
      assert.deepEqual(await open(200).invoke(ARN, '{}'), TIMED_OUT)
      assert.equal(service.calls.length, 3)
      await Promise.all(closed)
      // Not even one that sends a byte now and then.
      service.behaviour = (_call, response) => {
        response.writeHead(200)
        response.write('{')
      }
      assert.deepEqual(await open(200).invoke(ARN, '{}'), TIMED_OUT)
    })

    test('a response without end is not read to it', async () => {
      service.behaviour = (_call, response) => {
        response.writeHead(200)
        const chunk = Buffer.alloc(1_000_000, ' ')
        const more = () => {
          while (!response.destroyed && response.write(chunk));
          if (!response.destroyed) response.once('drain', more)
        }
        more()
      }
      const outcome = await open().invoke(ARN, '{}')
      assert.deepEqual(outcome, { kind: 'failed', reason: 'a response that is too large' })
      assert.equal(service.calls.length, 1)
    })

    test('a function that hangs with many calls does not slow another', async () => {
      const others = lambdaArn('other')
      const held: ServerResponse[] = []
      service.behaviour = ({ functionName, event }, response) => {
        if (functionName === others) return event
        held.push(response)
        return undefined
      }
      const invoker = open(CALLING.tryMs, service.url, LAMBDA_KEY, 150)
      const slow = Array.from({ length: 150 }, () => invoker.invoke(ARN, '{}'))
      await waitFor(() => held.length === 150, { what: 'all slow calls', timeoutMs: 10_000 })
      assert.deepEqual(await invoker.invoke(others, '{}'), { kind: 'returned', payload: '{}' })
      for (const response of held) response.end('{}')
      for (const outcome of await Promise.all(slow)) assert.equal(outcome.kind, 'returned')
    })

    test('400 calls at once', async () => {
      const invoker = open()
      const outcomes = await Promise.all(
        Array.from({ length: 400 }, (_, n) => invoker.invoke(ARN, `{"n":${n}}`)),
      )
      for (const [n, outcome] of outcomes.entries()) {
        assert.deepEqual(outcome, { kind: 'returned', payload: `{"n":${n}}` })
      }
    })

    if (kind === 'aws-lambda') {
      test('another key is refused', async () => {
        const wrong = { ...LAMBDA_KEY, secretAccessKey: 'another' }
        const outcome = await open(CALLING.tryMs, service.url, wrong).invoke(ARN, '{}')
        assert.deepEqual(outcome, { kind: 'failed', reason: 'AccessDeniedException' })
        assert.equal(service.calls.length, 0)
      })
    } else {
      test('an address with a path is that of the function’s invocations', async () => {
        const url = `${service.url}/2015-03-31/functions/function/invocations`
        assert.equal((await open(CALLING.tryMs, url).invoke(ARN, '{}')).kind, 'returned')
        assert.equal(service.calls[0]?.functionName, 'function')
      })

      test('a redirection is not followed', async () => {
        service.behaviour = (_call, response) => {
          response.writeHead(307, { location: `${service.url}/elsewhere` })
          response.end()
        }
        assert.equal((await open().invoke(ARN, '{}')).kind, 'failed')
      })
    }
  })
}
