// Not part of any suite: a test that never ends, in a process that never ends either.
import { createServer } from 'node:net'
import { test } from 'node:test'

test('waits for nothing', async () => {
  createServer().listen(0, '127.0.0.1')
  await new Promise(() => {})
})
