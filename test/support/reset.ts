// Ends a connection with RST, as a peer does that died.
import type { Socket } from 'node:net'

/**
 * Resets the connection. One that is ending already is only destroyed: Node.js 20 never closes it
 * after a reset, and the process then spins instead of exiting.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
