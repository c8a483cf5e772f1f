// The cryptographic floor of the token paths: what the signatures and exponentiations themselves
// cost on this machine, measured in the same run as the paths, as CPU time of this process. While
// the paths run, the client keeps the other core busy, and cores that share their units make each
// other slower; so the floor is measured beside a busy core too.
import { type ChildProcess, fork } from 'node:child_process'
import { createDiffieHellman, generateKeyPairSync, getDiffieHellman, sign } from 'node:crypto'

export interface Floor {
  /** One RSA-2048 signature over SHA-256. */
  readonly signatureMs: number
  /** One power of 3,072 bits with an exponent of 256 bits. */
  readonly exponentiationMs: number
}

const ROUND_MS = 400
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const message = Buffer.alloc(700, 1)
const prime = getDiffieHellman('modp15').getPrime()
const base = Buffer.alloc(383, 0xab)
const exponent = Buffer.alloc(32, 0xcd)

export async function measureFloor(): Promise<Floor> {
  const other = await startBusyCore()
  try {
    return {
      signatureMs: cpuMsOf(() => sign('sha256', message, privateKey)),
      exponentiationMs: cpuMsOf(() => {
        const group = createDiffieHellman(prime, 2)
        group.setPrivateKey(exponent)
        group.computeSecret(base)
      }),
    }
  } finally {
    other.disconnect()
  }
}

function startBusyCore(): Promise<ChildProcess> {
  const child = fork(new URL('busy.js', import.meta.url), { stdio: 'ignore' })
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child))
    child.once('error', reject)
  })
}

/** The mean of several measurements, taken around what is compared with them. */
export function meanFloor(floors: readonly Floor[]): Floor {
  const mean = (pick: (floor: Floor) => number) =>
    floors.reduce((sum, floor) => sum + pick(floor), 0) / floors.length
  return {
    signatureMs: mean((floor) => floor.signatureMs),
    exponentiationMs: mean((floor) => floor.exponentiationMs),
  }
}

function cpuMsOf(work: () => void): number {
  work()
  const before = process.cpuUsage()
  const startedAtMs = performance.now()
  let rounds = 0
  while (performance.now() - startedAtMs < ROUND_MS) {
    work()
    rounds += 1
  }
  const used = process.cpuUsage(before)
  return (used.user + used.system) / 1000 / rounds
}
