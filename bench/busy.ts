// Keeps one core busy with the work that a client of the paths does, until it is told to stop.
import { getDiffieHellman } from 'node:crypto'

const group = getDiffieHellman('modp15')
let isBusy = true
process.once('disconnect', () => {
  isBusy = false
})

function work(): void {
  for (let at = 0; at < 20; at += 1) group.generateKeys()
  if (isBusy) setImmediate(work)
}

process.send?.('busy')
work()
