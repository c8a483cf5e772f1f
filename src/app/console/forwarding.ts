// What a Region says to another when it passes on a call of the console: from whose address it
// came. The word is sealed under a key that every Region has and no caller, so that nobody can
// claim an address by it, and bound to the Region that it is for. A call that bears one was passed
// on and is not passed on again.
import type { ServiceFieldContext, ServiceSeal } from '#app/crypto/service-seal.js'
import { toBase64Url } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import { isObject } from '#base/json.js'
import { openJson } from './session.js'

/** Clocks of Regions may differ by so much, and a call takes no longer. */
const FORWARD_TTL_MS = 5 * 60_000

export interface Forwarding {
  /** The word for a call to a Region. */
  seal(toRegion: string, sourceIp: string): string
  /** Where a call came from that another Region passed on to this one; undefined: none did. */
  open(word: string): { readonly sourceIp: string } | undefined
}

export function createForwarding(options: {
  readonly region: string
  readonly serviceSeal: ServiceSeal
  readonly clock: Pick<Clock, 'nowMs'>
}): Forwarding {
  const { region, serviceSeal, clock } = options
  return {
    seal(toRegion, sourceIp) {
      const text = JSON.stringify({ sourceIp, atMs: clock.nowMs() })
      return toBase64Url(serviceSeal.sealText(contextOf(toRegion), text))
    },
    open(word) {
      const value = openJson(serviceSeal, contextOf(region), word)
      if (!isObject(value)) return undefined
      const { sourceIp, atMs } = value
      if (typeof sourceIp !== 'string' || typeof atMs !== 'number') return undefined
      return Math.abs(clock.nowMs() - atMs) > FORWARD_TTL_MS ? undefined : { sourceIp }
    },
  }
}

function contextOf(toRegion: string): ServiceFieldContext {
  return { table: 'console', column: 'forward', row: toRegion }
}
