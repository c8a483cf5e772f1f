// Checks that every port of a stack is free before anything is started, so that a clash is one
// sentence and not a half-started stack.
import { createServer } from 'node:net'
import { CommandError, isCode } from './failure.js'
import { LOOPBACK, portsOf, type StackPlan } from './plan.js'

export async function requireFreePorts(plan: StackPlan): Promise<void> {
  for (const { port, purpose } of portsOf(plan)) {
    if (!(await isFree(port))) {
      throw new CommandError(
        `Port ${port}, for ${purpose}, is in use; stop what listens there or choose another.`,
      )
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      if (isCode(error, 'EADDRINUSE')) resolve(false)
      else if (isCode(error, 'EACCES')) {
        reject(new CommandError(`Port ${port} may only be used by root; choose another --port.`))
      } else reject(error)
    })
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.close(() => resolve(true))
    })
  })
}
