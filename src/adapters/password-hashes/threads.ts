// Checks of imported password hashes, in threads: bcrypt and argon2id are WebAssembly, which would
// stop the event loop for hundreds of milliseconds, and all four of them are as costly as that. So
// all go through one pool, whose size bounds their memory (64 MiB a thread at most) and leaves a
// processor to the node, and through one queue, which is short enough for callers that wait.
//
// Threads start with the first check, so a node that never meets an imported hash has none.

import { availableParallelism } from 'node:os'
import { Tinypool } from 'tinypool'
import type { Logger } from '#base/log.js'
import { hashWorkOf, type PasswordHash } from '#domain/credential/password-hash.js'
import type { HashVerdict, PasswordHashes } from '#ports/password-hashes.js'
import type { HashTask } from './worker.js'

const WORKER = new URL('./worker.js', import.meta.url).href
const THREADS_MAX = 4
/** Checks that may wait for each thread: at the highest costs, about four seconds of them. */
const WAITING_PER_THREAD = 8
const IDLE_MS = 30_000
const MEMORY_MEGABYTES = 128

/** The threads, which end with `close`. */
export function openPasswordHashes({ log }: { readonly log: Logger }): PasswordHashes & {
  close(): Promise<void>
} {
  const threads = Math.max(1, Math.min(THREADS_MAX, availableParallelism() - 1))
  let pool: Tinypool | undefined
  const start = () => {
    const started = new Tinypool({
      filename: WORKER,
      name: 'isPasswordOf',
      minThreads: 1,
      maxThreads: threads,
      idleTimeout: IDLE_MS,
      // A thread that could read them would inherit the node's variables, its service key included.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
    })
    // A thread that ends between two checks: the pool starts another.
    started.on('error', (cause) => log.error('a thread for password hashes ended', { cause }))
    return started
  }
  return {
    async verify(hash: PasswordHash, password: string): Promise<HashVerdict> {
      const work = hashWorkOf(hash)
      // Only a hash that was taken is stored; no library takes an empty password.
      if (typeof work === 'string' || password === '') return 'wrong'
      pool ??= start()
      if (pool.queueSize >= threads * WAITING_PER_THREAD) return 'busy'
      const task: HashTask = { work, password: Buffer.from(password, 'utf8') }
      const isRight = (await pool.run(task)) as boolean
      return isRight ? 'right' : 'wrong'
    },

    async close() {
      await pool?.destroy()
    },
  }
}
