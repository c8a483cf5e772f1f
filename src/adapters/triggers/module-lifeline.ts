// Ends a module's process, and whatever the customer's code started in its group, when the node is
// gone: then the other end of standard input closes. It runs in a thread, because the main one may
// be in a loop of the customer's that never ends.

import { Socket } from 'node:net'

const line = new Socket({ fd: 0, readable: true, writable: false })
line.on('error', end)
line.on('close', end)
line.resume()

function end(): void {
  try {
    process.kill(-process.pid, 'SIGKILL')
  } catch {
    process.kill(process.pid, 'SIGKILL')
  }
}
