// The process of one suite: loads the files that its arguments name into one node:test run. Each
// file is a suite of its own there, so that `before` and `after` at the top of a file are that
// file's and not everybody's.
import { after, describe } from 'node:test'
import { pathToFileURL } from 'node:url'
import { refuseOutsideNetwork } from '../support/network.js'

/**
 * How long a process may linger after its last test, before what keeps it alive is a failure. The
 * hooks that stop nodes and databases run in this time.
 */
const LINGER_MS = 30_000

refuseOutsideNetwork()
const files = process.argv.slice(2)
let filesRunning = files.length
for (const file of files) {
  await new Promise<void>((loaded) => {
    describe(file, async () => {
      after(fileEnded)
      try {
        await import(pathToFileURL(file).href)
      } finally {
        loaded()
      }
    })
  })
}

// A socket or timer that outlives the tests would hold the process, and with it the results, until
// the suite's timeout. Only such a process lives to see this timer, which itself holds nothing.
function fileEnded(): void {
  filesRunning -= 1
  if (filesRunning > 0) return
  setTimeout(() => {
    const held = process.getActiveResourcesInfo()
    process.stdout.write(`FAILED the tests ended, but these are still open: ${held.join(', ')}\n`)
    process.exit(7)
  }, LINGER_MS).unref()
}
