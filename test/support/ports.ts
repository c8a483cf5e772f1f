// Ports for tests that have to know one before it is bound: a server in another process, a
// database, the address of a peer. Asking the system for a free port and closing it again is a
// race: the process that asks next may get the same one. Here a process reserves a block of ports
// by listening on its first one for as long as it lives, and gives out each of the others once. So
// two processes never give out the same port, and the kernel ends the reservation with the process.
// The blocks lie below the ports that Linux takes for outgoing connections.
import { createServer, type Server } from 'node:net'
import { stackPorts } from '#cli/plan.js'

const LOOPBACK = '127.0.0.1'
const FIRST_PORT = 10_240
const LAST_PORT = 32_767
const BLOCK_SIZE = 64
const BLOCKS = Math.floor((LAST_PORT - FIRST_PORT + 1) / BLOCK_SIZE)

interface Block {
  readonly guard: Server
  next: number
  readonly end: number
}

let block: Block | undefined
let lastTake: Promise<unknown> = Promise.resolve()

/** A port on loopback that no other process of tests gets while this one lives. */
export function takePort(): Promise<number> {
  return takePorts(1)
}

/** The port to give to a stack of so many Regions, which takes those after it. */
export function takeStackPort(regions = 2): Promise<number> {
  return takePorts(stackPorts(regions))
}

/** The first of `count` such ports in a row, fewer than a block has. */
export function takePorts(count: number): Promise<number> {
  const take = lastTake.then(() => takeRow(count))
  lastTake = take.catch(() => undefined)
  return take
}

async function takeRow(count: number): Promise<number> {
  if (count >= BLOCK_SIZE) throw new Error(`${count} ports do not fit into a block`)
  for (;;) {
    if (block === undefined || block.next + count > block.end) block = await reserveBlock()
    const first = block.next
    block.next += count
    const row = Array.from({ length: count }, (_, at) => first + at)
    // A process that knows nothing of blocks may listen here.
    const bound = await Promise.all(row.map(listen))
    await Promise.all(bound.map(close))
    if (bound.every((server) => server !== undefined)) return first
  }
}

async function reserveBlock(): Promise<Block> {
  // The old guard stays: ports of its block are in use.
  for (let tries = 0; tries < BLOCKS; tries += 1) {
    const first = FIRST_PORT + ((process.pid + tries) % BLOCKS) * BLOCK_SIZE
    const guard = await listen(first)
    if (guard === undefined) continue
    guard.unref()
    return { guard, next: first + 1, end: first + BLOCK_SIZE }
  }
  throw new Error('no block of ports is free')
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => resolve(server))
  })
}

function close(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (server === undefined) resolve()
    else server.close(() => resolve())
  })
}
