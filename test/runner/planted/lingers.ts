// Not part of any suite: a test that passes and leaves a server listening in the process.
import { createServer } from 'node:net'
import { test } from 'node:test'

test('listens and forgets to stop', () => {
  createServer().listen(0, '127.0.0.1')
})
