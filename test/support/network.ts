// Tests stay on this machine. A test that reaches out would pass or fail with somebody else's
// server, and would tell them about it. The runner installs this before a suite's files load.
import { Socket } from 'node:net'

export class OutsideNetworkError extends Error {
  override readonly name = 'OutsideNetworkError'
}

const LOOPBACK =
  /^(?:localhost|(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1|0\.0\.0\.0|::|::ffff:127\..+)$/i

/** Whether a host is this machine by its very name. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.replace(/^\[|\]$/g, ''))
}

/** The host that the arguments of `Socket.connect` name; undefined for a path or the default. */
function hostOf(first: unknown, second: unknown): string | undefined {
  // node:net passes its already normalised arguments as one array.
  if (Array.isArray(first)) return hostOf(first[0], undefined)
  if (typeof first === 'object' && first !== null) {
    const { path, host } = first as { path?: unknown; host?: unknown }
    // An HTTP request's `path` is that of its URL, and then there is a host as well.
    return typeof host === 'string' ? host : path === undefined ? 'localhost' : undefined
  }
  return typeof second === 'string' ? second : undefined
}

/** Makes every connection of this process to anything but loopback fail. */
export function refuseOutsideNetwork(): void {
  const connect = Socket.prototype.connect as (this: Socket, ...parts: unknown[]) => Socket
  Socket.prototype.connect = function (this: Socket, ...parts: unknown[]): Socket {
    const host = hostOf(parts[0], parts[1])
    if (host === undefined || isLoopback(host)) return connect.apply(this, parts)
    const refusal = new OutsideNetworkError(`a test tried to connect to ${host}`)
    process.nextTick(() => this.destroy(refusal))
    return this
  } as typeof Socket.prototype.connect
}
