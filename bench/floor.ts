// The cryptographic floor of a path: what its signatures and powers alone cost in the node that
// serves it, while it serves it. See probe.ts.
import { createConnection } from 'node:net'
import { join } from 'node:path'
import type { FloorTimes, FloorUnit } from './probe.js'

export interface FloorProbe {
  /** Ends the sampling. Returns the floor of one operation, and the CPU time that sampling took. */
  end(): Promise<{ readonly floorMs: number; readonly spentMs: number }>
}

/** Begins to sample the units of a path in the node of this process ID. */
export async function startFloorProbe(options: {
  readonly directory: string
  readonly pid: number
  readonly units: readonly FloorUnit[]
}): Promise<FloorProbe> {
  const socket = createConnection(join(options.directory, `${options.pid}.sock`))
  const chunks: Buffer[] = []
  const closed = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => resolve())
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    // The probe says that it has begun; what comes after that is its result.
    socket.once('data', () => {
      socket.on('data', (bytes) => chunks.push(bytes))
      resolve()
    })
    socket.write(JSON.stringify(options.units))
  })
  return {
    async end() {
      socket.end()
      await closed
      const times = JSON.parse(Buffer.concat(chunks).toString('utf8')) as FloorTimes
      const floorMs = times.units.reduce((sum, unit) => sum + unit.meanMs, 0)
      return { floorMs, spentMs: times.spentMs }
    },
  }
}
