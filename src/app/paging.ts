// Pages of lists. A page's token is the position of its last entry, sealed under the pool's token
// key together with the name of the list, so that a caller cannot make one up or carry it to
// another list or pool. A list reads one entry more than it shows, to know whether there is a next
// page.

import type { PoolKeys } from '#app/crypto/pool-keys.js'
import { fromBase64Url, textOf, toBase64Url, utf8 } from '#base/bytes.js'
import type { Random } from '#base/random.js'
import { type Refused, refused } from '#domain/refusal.js'
import { openToken, sealToken } from '#domain/token/sealed-token.js'
import type { Pool } from '#ports/capability.js'

const PURPOSE = 'page'
const LIMIT_DEFAULT = 60

/** A page that a caller asks for. */
export interface PageRequest<T> {
  /** The list and what it is about, such as `groups-of:<sub>`. */
  readonly list: string
  /** 0 and undefined: the default. */
  readonly limit: number | undefined
  readonly token: string | undefined
  readonly limitDefault?: number
  read(after: string | undefined, limit: number): Promise<readonly T[]>
  keyOf(item: T): string
}

export type Page<T> =
  | { readonly kind: 'page'; readonly items: readonly T[]; readonly nextToken: string | undefined }
  | Refused

/** The tokens of one list: positions that only this service can make. */
export interface PageTokens {
  seal(after: string): Promise<string>
  /** undefined: not a token of this list. */
  open(token: string): Promise<string | undefined>
}

interface PagingServices {
  readonly poolKeys: PoolKeys
  readonly random: Random
}

/** One page of a list of the pool. */
export function poolPage<T>(
  services: PagingServices,
  pool: Pool,
  request: PageRequest<T>,
): Promise<Page<T>> {
  return page(request, pageTokens(services, pool, request.list))
}

/** The tokens of a list of the pool, for lists that read in a way of their own. */
export function pageTokens(
  { poolKeys, random }: PagingServices,
  pool: Pool,
  list: string,
): PageTokens {
  return {
    async seal(after) {
      const { tokenKey } = await poolKeys.cipher(pool)
      return sealToken(tokenKey, PURPOSE, pool.id, random.bytes(24), { list, after })
    },
    async open(token) {
      const { tokenKey } = await poolKeys.cipher(pool)
      return positionIn(list, openToken(tokenKey, PURPOSE, pool.id, token))
    },
  }
}

/** One page of a list of the account. Its token tells no more than the list, so it is plain. */
export function accountPage<T>(request: PageRequest<T>): Promise<Page<T>> {
  return page(request, {
    async seal(after) {
      return toBase64Url(utf8(JSON.stringify({ list: request.list, after })))
    },
    async open(token) {
      return positionIn(request.list, parsed(textOf(fromBase64Url(token))))
    },
  })
}

async function page<T>(request: PageRequest<T>, tokens: PageTokens): Promise<Page<T>> {
  let after: string | undefined
  if (request.token !== undefined) {
    after = await tokens.open(request.token)
    if (after === undefined) return refused('page-token-invalid')
  }
  const limit = request.limit || (request.limitDefault ?? LIMIT_DEFAULT)
  const read = await request.read(after, limit + 1)
  const items = read.slice(0, limit)
  const last = read.length > limit ? items.at(-1) : undefined
  const nextToken = last === undefined ? undefined : await tokens.seal(request.keyOf(last))
  return { kind: 'page', items, nextToken }
}

function positionIn(list: string, position: unknown): string | undefined {
  if (typeof position !== 'object' || position === null) return undefined
  if (!('list' in position) || position.list !== list || !('after' in position)) return undefined
  return typeof position.after === 'string' ? position.after : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not a token of ours: an outcome, since callers send what they like.
    return undefined
  }
}
