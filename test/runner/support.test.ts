import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { isLoopback } from '#test/support/network.js'
import { takePort, takePorts } from '#test/support/ports.js'
import { waitFor } from '#test/support/wait.js'

test('loopback is recognised by name', () => {
  for (const host of ['localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '127.9.8.7', '[::1]']) {
    assert.equal(isLoopback(host), true, host)
  }
  for (const host of [
    'example.com',
    'localhost.example.com',
    '128.0.0.1',
    '10.0.0.1',
    'a127.0.0.1',
  ]) {
    assert.equal(isLoopback(host), false, host)
  }
})

test('waitFor returns the state it was asked for', async () => {
  let calls = 0
  const state = () => (++calls < 3 ? undefined : calls)
  assert.equal(await waitFor(state, { what: 'the third call', intervalMs: 1 }), 3)
})

test('waitFor takes an error for "not yet", and names it in the end', async () => {
  const cause = new TypeError('planted')
  const options = { what: 'a miracle', timeoutMs: 10, intervalMs: 1 }
  await assert.rejects(
    waitFor(() => Promise.reject(cause), options),
    { message: 'waited 10 ms in vain for a miracle', cause },
  )
  await assert.rejects(
    waitFor(() => false, options),
    { cause: undefined },
  )
})

/** The ports that another process takes, which lives until the returned function is called. */
async function portsOfAnother(count: number) {
  const ports = new URL('../support/ports.js', import.meta.url)
  const script = `
    const { takePort } = await import(${JSON.stringify(ports.href)})
    for (let at = 0; at < ${count}; at += 1) console.log(await takePort())
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await waitFor(() => text.split('\n').length > count, { what: 'the ports of another process' })
  return {
    ports: text.trim().split('\n').map(Number),
    async end() {
      child.stdin.end()
      await ended
    },
  }
}

test('no two processes are given one port', async () => {
  const others = await Promise.all([portsOfAnother(70), portsOfAnother(70), portsOfAnother(70)])
  const own: number[] = []
  for (let at = 0; at < 70; at += 1) own.push(await takePort())
  const all = [...own, ...others.flatMap(({ ports }) => ports)]
  assert.equal(new Set(all).size, 280)
  await Promise.all(others.map(({ end }) => end()))
})

test('ports in a row are free, and a port that is held is passed over', async () => {
  const [first, second] = [await takePorts(3), await takePorts(2)]
  assert.ok(second >= first + 3 || second + 1 < first)
  const next = await takePort()
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(next + 1, '127.0.0.1', resolve))
  assert.notEqual(await takePort(), next + 1)
  await new Promise((resolve) => holder.close(resolve))
})
