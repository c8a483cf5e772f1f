// An unhandled rejection and an uncaught exception, planted in every kind of process: those that
// serve end in an orderly way and come back, those that supervise go on.
import assert from 'node:assert/strict'
import { type ChildProcess, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { required } from '#base/assert.js'
import { PLANTED, REJECT, THROW } from '#test/support/planted-errors.js'
import { takeStackPort } from '#test/support/ports.js'
import {
  isAlive,
  processesWith,
  remove,
  startAndCollect,
  temporaryDirectory,
  Up,
} from '#test/support/program.js'
import { waitFor } from '#test/support/wait.js'

const PROGRAM = fileURLToPath(new URL('../../../bin/twinpool.js', import.meta.url))
const EXIT_UNHANDLED = 70
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' }

/** The process IDs of the Node processes that run a command on the state directory. */
function pidsOf(command: string, state: string): readonly number[] {
  return processesWith(`twinpool.js ${command} `)
    .filter((line) => line.includes(state))
    .map((line) => Number.parseInt(line, 10))
}

const start = (args: readonly string[]) =>
  startAndCollect(process.execPath, [PROGRAM, ...args], {
    variables: { ...PLANTED, ...CREDENTIALS },
  })

async function isServing(url: string): Promise<boolean> {
  return (await fetch(`${url}/health`)).status === 200
}

describe('unhandled errors', () => {
  const directory = temporaryDirectory()
  const state = join(directory, 'state')
  const children: ChildProcess[] = []
  let up: Up
  let port: number

  before(async () => {
    port = await takeStackPort(1)
    const args = ['--state-dir', state, '--port', String(port), '--regions', 'us-west-2']
    up = new Up(args, { variables: PLANTED })
    await up.ready()
  })
  after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await up.end()
    assert.deepEqual(processesWith(state), [])
    remove(directory)
  })

  const readLog = (...path: readonly string[]) => readFileSync(join(state, ...path), 'utf8')

  it('leave the supervisor and everything that it started as they are', async () => {
    const before = [...pidsOf('serve', state), ...pidsOf('edge', state)]
    assert.equal(before.length, 2)
    const [pid = 0] = pidsOf('up', state)
    process.kill(pid, REJECT)
    await up.says(/a rejection was not handled \(1 so far\): TypeError: a planted rejection\n +at /)
    process.kill(pid, THROW)
    await up.says(
      /an exception was not caught \(1 so far\): RangeError: a planted exception\n +at /,
    )
    process.kill(pid, REJECT)
    await up.says(/a rejection was not handled \(2 so far\)/)
    assert.ok(isAlive(pid))
    assert.deepEqual([...pidsOf('serve', state), ...pidsOf('edge', state)], before)
    await waitFor(() => isServing(`http://localhost:${port}`), { what: 'the edge to serve' })
  })

  it('end the edge in an orderly way, and it comes back', async () => {
    const [pid = 0] = pidsOf('edge', state)
    process.kill(pid, REJECT)
    await up.says(/edge +LOST: it ended \(exit code 70\)/)
    await waitFor(() => isServing(`http://localhost:${port}`), { what: 'the edge to be back' })
    assert.notDeepEqual(pidsOf('edge', state), [pid])
    const line = readLog('edge', 'edge.log')
      .split('\n')
      .find((text) => text.includes('a planted rejection'))
    const { level, msg, error } = JSON.parse(line ?? '{}')
    assert.deepEqual([level, msg], ['error', 'a rejection was not handled'])
    assert.match(error.stack, /TypeError: a planted rejection\n +at /)
  })

  it('end a node, and leave the rest', async () => {
    const [pid = 0] = pidsOf('serve', state)
    process.kill(pid, THROW)
    await up.says(/us-west-2 +LOST: the node ended \(exit code 70\)/)
    assert.match(readLog('us-west-2', 'node.log'), /"msg":"an exception was not caught"/)
  })

  it('end a worker, which comes back, and leave the first process of the workers', async () => {
    await waitFor(() => pidsOf('serve', state).length === 0, { what: 'the node to have ended' })
    const config = join(state, 'us-west-2', 'config.json')
    const { child, output, ended } = start(['serve', '--config', config, '--workers', '2'])
    children.push(child)
    const workers = () => pidsOf('serve', config).filter((pid) => pid !== child.pid)
    const areServing = async () =>
      workers().length === 2 && (await isServing(`http://localhost:${port + 1}`))
    await waitFor(areServing, { what: 'two workers' })
    const [first = 0] = workers()
    process.kill(first, REJECT)
    await waitFor(() => !isAlive(first), { what: 'the worker to end' })
    await waitFor(() => /"msg":"a rejection was not handled"/.test(output()), {
      what: 'the line of the worker',
    })
    await waitFor(areServing, { what: 'a worker in its place' })

    process.kill(child.pid ?? 0, REJECT)
    process.kill(child.pid ?? 0, THROW)
    await waitFor(() => /an exception was not caught/.test(output()), { what: 'the line' })
    const before = workers()
    assert.equal(before.length, 2)
    assert.ok(await isServing(`http://localhost:${port + 1}`))
    child.kill('SIGTERM')
    assert.equal((await ended).code, 0)
    assert.deepEqual(workers(), [])
  })

  it('end a command with its own exit code, and the demo with its stack', async () => {
    const server: Server = createServer(() => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const asked = new Promise((resolve) => server.once('request', resolve))
    const command = start(['outbox', '--region', 'us-west-2', '--endpoint', endpoint])
    children.push(command.child)
    await Promise.race([asked, command.ended])
    command.child.kill(REJECT)
    assert.equal((await command.ended).code, EXIT_UNHANDLED)
    assert.match(command.output(), /a rejection was not handled .*a planted rejection/)
    server.closeAllConnections()
    server.close()

    const demo = start(['demo', '--users', '2'])
    children.push(demo.child)
    await waitFor(() => /are up/.test(demo.output()), { what: 'the stack of the demo' })
    demo.child.kill(REJECT)
    assert.equal((await demo.ended).code, 1)
    assert.match(demo.output(), /The demo failed/)
    const left = spawnSync('ps', ['-eo', 'ppid='], { encoding: 'utf8' }).stdout
    const parents = left.split('\n').map(Number)
    assert.ok(!parents.includes(required(demo.child.pid, 'pid')))
  })
})
