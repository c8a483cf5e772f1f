// Links that sign somebody in to the console once: made by a signed call, good for ten minutes, and
// used up by the first who brings one. The token is sealed and says which key it is of, and which
// Region has the row that makes it a link for one use. Any Region takes a token: it asks the one
// that made it, over the region link, and never believes in a use that it could not have counted.
import type { KnownKey, KnownKeys } from '#app/access-keys.js'
import type { ServiceFieldContext, ServiceSeal } from '#app/crypto/service-seal.js'
import { equalText, toBase64Url } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import { isObject } from '#base/json.js'
import type { Random } from '#base/random.js'
import type { ConsoleLinks } from '#ports/console-links.js'
import {
  type LinkReceivers,
  LinkRefusedError,
  LinkUnreachableError,
  type RegionLink,
} from '#ports/region-link.js'
import { fingerprintOf, openJson } from './session.js'

/** How long a link is good. */
export const LINK_SECONDS = 600
const ID_BYTES = 16
const TOKEN_LENGTH_MAX = 2048
const TAKE_CALL = 'take-console-link'
const TAKE_TIMEOUT_MS = 5000

const CONTEXT: ServiceFieldContext = { table: 'console', column: 'link', row: 'token' }

export interface OneTimeLinksOptions {
  readonly region: string
  /** Regions of the deployment. */
  readonly regions: readonly string[]
  readonly consoleLinks: ConsoleLinks
  readonly link: RegionLink
  readonly serviceSeal: ServiceSeal
  readonly keys: Pick<KnownKeys, 'find'>
  readonly clock: Pick<Clock, 'nowMs'>
  readonly random: Random
}

export interface OneTimeLinks {
  create(accessKeyId: string): Promise<{ readonly token: string; readonly expiresAtMs: number }>
  /** The key that the link was made by; 'unreachable': its Region does not respond. */
  take(token: string): Promise<KnownKey | 'refused' | 'unreachable'>
}

interface Token {
  readonly linkId: string
  readonly region: string
  readonly accessKeyId: string
  readonly fingerprint: string
  readonly expiresAtMs: number
}

export function createOneTimeLinks(options: OneTimeLinksOptions): OneTimeLinks {
  const { region, consoleLinks, serviceSeal, keys, clock, random } = options
  return {
    async create(accessKeyId) {
      const key = await keys.find(accessKeyId)
      // Deleted between the check of the signature and now: a link of no key, which nobody can use.
      const fingerprint = key === undefined ? '' : fingerprintOf(key)
      const linkId = toBase64Url(random.bytes(ID_BYTES))
      const expiresAtMs = clock.nowMs() + LINK_SECONDS * 1000
      const token: Token = { linkId, region, accessKeyId, fingerprint, expiresAtMs }
      await consoleLinks.insert({ linkId, expiresAtMs })
      return {
        token: toBase64Url(serviceSeal.sealText(CONTEXT, JSON.stringify(token))),
        expiresAtMs,
      }
    },
    async take(text) {
      const token = readToken(serviceSeal, text)
      if (token === undefined || token.expiresAtMs <= clock.nowMs()) return 'refused'
      const key = await keys.find(token.accessKeyId)
      if (key === undefined || key.isOfEdge) return 'refused'
      if (!equalText(token.fingerprint, fingerprintOf(key))) return 'refused'
      const outcome = await takeRow(options, token)
      if (outcome === 'taken') return key
      return outcome === 'unreachable' ? outcome : 'refused'
    },
  }
}

/** Lets other Regions take the links of this one. */
export function registerLinkTaking(
  receivers: LinkReceivers,
  { consoleLinks, clock }: Pick<OneTimeLinksOptions, 'consoleLinks' | 'clock'>,
): void {
  receivers.register(TAKE_CALL, async ({ body }) => {
    const linkId = isObject(body) ? body['linkId'] : undefined
    if (typeof linkId !== 'string') throw new LinkRefusedError('no-link', 'linkId is missing')
    return { outcome: await consoleLinks.take({ linkId, nowMs: clock.nowMs() }) }
  })
}

async function takeRow(
  { region, regions, consoleLinks, clock, link }: OneTimeLinksOptions,
  token: Token,
): Promise<'taken' | 'absent' | 'unreachable'> {
  const { linkId } = token
  if (token.region === region) return consoleLinks.take({ linkId, nowMs: clock.nowMs() })
  if (!regions.includes(token.region)) return 'absent'
  try {
    const timeoutMs = TAKE_TIMEOUT_MS
    const taken = await link.call(token.region, TAKE_CALL, { linkId }, { timeoutMs })
    return isObject(taken) && taken['outcome'] === 'taken' ? 'taken' : 'absent'
  } catch (error) {
    if (error instanceof LinkUnreachableError || error instanceof LinkRefusedError) {
      return 'unreachable'
    }
    throw error
  }
}

function readToken(serviceSeal: ServiceSeal, text: string): Token | undefined {
  if (text.length > TOKEN_LENGTH_MAX) return undefined
  const value = openJson(serviceSeal, CONTEXT, text)
  if (!isObject(value)) return undefined
  const { linkId, region, accessKeyId, fingerprint, expiresAtMs } = value
  if (typeof linkId !== 'string' || typeof region !== 'string') return undefined
  if (typeof accessKeyId !== 'string' || typeof fingerprint !== 'string') return undefined
  if (typeof expiresAtMs !== 'number') return undefined
  return { linkId, region, accessKeyId, fingerprint, expiresAtMs }
}
