// Loaded into a process of the product with `--import`: at SIGUSR2 it rejects a promise that is not
// handled, at SIGWINCH it throws where nothing catches. So the product needs no hook for its tests.
import { fileURLToPath, pathToFileURL } from 'node:url'

const file = fileURLToPath(import.meta.url)

/** The variables that plant this file in a process and in every Node process that it starts. */
export const PLANTED = { NODE_OPTIONS: `--import=${pathToFileURL(file)}` }

export const REJECT = 'SIGUSR2'
export const THROW = 'SIGWINCH'

/** Called by itself where it was planted, and not where a test imports the names above. */
if (process.env['NODE_OPTIONS']?.includes(PLANTED.NODE_OPTIONS) === true) {
  process.on(REJECT, () => {
    void Promise.reject(new TypeError('a planted rejection'))
  })
  process.on(THROW, () => {
    throw new RangeError('a planted exception')
  })
}
