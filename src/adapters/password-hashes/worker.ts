// What a thread of the pool computes: whether a password is the one of a hash. It gets no variable
// and no key of the node. The work is bounded before it comes here.

import { pbkdf2Sync, scryptSync } from 'node:crypto'
import { argon2id, bcrypt } from 'hash-wasm'
import { equalBytes } from '#base/bytes.js'
import type { HashWork } from '#domain/credential/password-hash.js'

/** One check. */
export interface HashTask {
  readonly work: HashWork
  readonly password: Uint8Array
}

// Every implementation of bcrypt ignores what comes behind these bytes, or refuses it.
const BCRYPT_PASSWORD_BYTES = 72

/** Whether the password is the one of the hash. */
export async function isPasswordOf({ work, password }: HashTask): Promise<boolean> {
  const computed = await compute(work, password)
  return equalBytes(computed, work.hash)
}

async function compute(work: HashWork, password: Uint8Array): Promise<Uint8Array> {
  const { salt, hash } = work
  switch (work.kind) {
    case 'BCRYPT': {
      // Deviation: `$2x$`, of an early crypt_blowfish that took bytes for signed, is read as
      // `$2b$`. So a password beyond ASCII is never right for such a hash.
      const computed = await bcrypt({
        password: password.subarray(0, BCRYPT_PASSWORD_BYTES),
        salt,
        costFactor: work.cost,
        outputType: 'binary',
      })
      return computed.subarray(0, hash.length)
    }
    case 'SCRYPT': {
      const { cost, blockSize, parallelization } = work
      const maxmem = 256 * cost * blockSize + 256 * blockSize * parallelization
      return scryptSync(password, salt, hash.length, { cost, blockSize, parallelization, maxmem })
    }
    case 'ARGON2ID':
      return argon2id({
        password,
        salt,
        memorySize: work.memoryKib,
        iterations: work.iterations,
        parallelism: work.parallelism,
        hashLength: hash.length,
        outputType: 'binary',
      })
    case 'PBKDF2_SHA256':
      return pbkdf2Sync(password, salt, work.iterations, hash.length, 'sha256')
  }
}
