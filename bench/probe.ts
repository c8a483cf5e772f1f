// Preloaded into a node that is measured (`--import`): does the cryptographic floor of a path now
// and then between the node's own work, and times it. So floor and path are measured in one
// process, under one load, with the same cold caches and the same neighbours on the machine; a
// floor measured elsewhere, in a tight loop, is faster than any server can be.
//
// The bench connects to a Unix socket named after the process, says which work belongs to the path,
// and gets the times when it closes its side.
import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { modPow, numberOf } from '#domain/credential/modular.js'

/** Work that is done in one turn of the event loop, such as one request's. */
export interface FloorUnit {
  /** Powers of 3,072 bits with an exponent of 256 bits. */
  readonly powers: number
  /** RSA-2048 signatures over SHA-256. */
  readonly signatures: number
}

/** What a probe measured of each unit, in the order that they were given. */
export interface FloorTimes {
  readonly units: readonly { readonly meanMs: number; readonly count: number }[]
  /** CPU time that the probe itself took. */
  readonly spentMs: number
}

const SAMPLE_EVERY_MS = 20
/** A sample so much slower than the median was interrupted by another process. */
const INTERRUPTED_FACTOR = 3

const message = Buffer.alloc(700, 1)

function doUnit({ powers, signatures }: FloorUnit, privateKey: KeyObject): number {
  const inputs = Array.from({ length: powers }, () => ({
    base: numberOf(randomBytes(383)),
    exponent: randomBytes(32),
  }))
  const startedAtMs = performance.now()
  for (const { base, exponent } of inputs) modPow(base, exponent)
  for (let at = 0; at < signatures; at += 1) sign('sha256', message, privateKey)
  return performance.now() - startedAtMs
}

function summary(samples: readonly (readonly number[])[]): FloorTimes {
  let spentMs = 0
  const units = samples.map((times) => {
    const median = [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
    const calm = times.filter((ms) => ms <= median * INTERRUPTED_FACTOR)
    const meanMs = calm.reduce((sum, ms) => sum + ms, 0) / calm.length
    spentMs += meanMs * times.length
    return { meanMs, count: times.length }
  })
  return { units, spentMs }
}

function listen(path: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  // As the node has its keys: read from DER, not as they were generated.
  const key = createPrivateKey({
    key: privateKey.export({ type: 'pkcs8', format: 'der' }),
    format: 'der',
    type: 'pkcs8',
  })
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let units: readonly FloorUnit[] = []
    let samples: number[][] = []
    let turn = 0
    socket.once('data', (bytes) => {
      units = JSON.parse(bytes.toString('utf8')) as readonly FloorUnit[]
      samples = units.map(() => [])
      socket.write('sampling\n')
    })
    const timer = setInterval(() => {
      const at = turn % Math.max(1, units.length)
      const unit = units[at]
      turn += 1
      if (unit !== undefined) samples[at]?.push(doUnit(unit, key))
    }, SAMPLE_EVERY_MS)
    socket.once('end', () => {
      clearInterval(timer)
      socket.end(JSON.stringify(summary(samples)))
    })
    socket.on('error', () => clearInterval(timer))
  })
  server.listen(path)
  server.unref()
}

const directory = process.env['BENCH_PROBE_DIRECTORY']
if (directory !== undefined && process.argv.includes('serve')) {
  listen(join(directory, `${process.pid}.sock`))
}
