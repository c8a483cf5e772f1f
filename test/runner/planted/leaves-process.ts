// Not part of any suite: a test that passes and leaves a process running.
import { spawn } from 'node:child_process'
import { test } from 'node:test'

test('starts a process and forgets it', () => {
  const forever = 'require("node:net").createServer().listen(0, "127.0.0.1")'
  spawn(process.execPath, ['-e', forever], { detached: true, stdio: 'ignore' }).unref()
})
