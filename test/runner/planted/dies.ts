// Not part of any suite: a test that takes its process with it.
import { test } from 'node:test'

test('ends the process', () => {
  process.kill(process.pid, 'SIGKILL')
})
