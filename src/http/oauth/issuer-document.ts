// What the documents under `/.well-known/` have in common: which pool and issuer a path means, and
// how a document is sent. They are public, change rarely and are fetched by every verifier, so
// each is kept for a moment here, and longer by clients.
import { createHash } from 'node:crypto'
import { requireFinishedCopyOf } from '#app/unfinished-copies.js'
import type { Clock } from '#base/clock.js'
import type { Pool } from '#ports/capability.js'
import { type Copies, CopyUnfinishedError } from '#ports/copies.js'
import type { Domains, Pools } from '#ports/directory.js'
import type { RegionalDomains } from '#ports/regional.js'
import type { SigningKeys } from '#ports/signing-keys.js'
import type { EndpointKind, IssuerForm, UsageNotes } from '#ports/usage.js'
import {
  type HttpRequest,
  type HttpResponse,
  headerOf,
  jsonResponse,
  type Route,
} from '../route.js'
import type { PublicUrls } from './public-urls.js'

export interface IssuerServices {
  /** Throws CopyUnfinishedError for a pool that may be on its way. */
  readonly pools: Pick<Pools, 'find'>
  readonly copies: Copies
  readonly signingKeys: Pick<SigningKeys, 'list'>
  readonly domains: Pick<Domains, 'list'>
  readonly regionalDomains: Pick<RegionalDomains, 'list'>
  readonly urls: PublicUrls
  readonly clock: Clock
  readonly usage: UsageNotes
}

/** Makes a document of a pool for the issuer with this URL. */
export type MakeDocument = (
  services: IssuerServices,
  pool: Pool,
  issuer: string,
) => Promise<Readonly<Record<string, unknown>>>

/** A document, and what requests for it count as. */
interface IssuerDocument {
  readonly name: string
  readonly kind: EndpointKind
  readonly make: MakeDocument
}

interface Kept {
  readonly body: string
  readonly etag: string
  readonly untilMs: number
}

const KEPT_MS = 2000
const KEPT_MAX = 1000
const CLIENT_KEEPS = 'public, max-age=300, stale-if-error=86400'

/** The routes of one document: under the ORIGINAL and under the UPDATED issuer. */
export function issuerDocumentRoutes(
  services: IssuerServices,
  { name, kind, make }: IssuerDocument,
): readonly Route[] {
  const kept = new Map<string, Kept>()

  async function respond(
    request: HttpRequest,
    pool: Pool,
    issuerForm: Exclude<IssuerForm, 'NONE'>,
  ): Promise<HttpResponse> {
    const { headers } = request
    services.usage.call({ poolId: pool.id, clientId: undefined, kind, issuerForm, headers })
    const { urls } = services
    const issuer = issuerForm === 'UPDATED' ? urls.updatedIssuer(pool) : urls.originalIssuer(pool)
    const nowMs = services.clock.nowMs()
    let document = kept.get(issuer)
    if (document === undefined || document.untilMs <= nowMs) {
      const body = JSON.stringify(await make(services, pool, issuer))
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
      document = { body, etag, untilMs: nowMs + KEPT_MS }
      // Starting over when full bounds the memory; a document costs one or two reads.
      if (kept.size >= KEPT_MAX) kept.clear()
      kept.set(issuer, document)
    }
    return handleDocument(request, document)
  }

  const routes: readonly Route[] = [
    {
      method: 'GET',
      path: `/:poolId/.well-known/${name}`,
      async handle(request) {
        const pool = await findPool(services, request)
        if (pool === undefined) return notFound()
        // Where the shared issuer has a host of its own, its path is the same and the host decides.
        const shared = services.urls.updatedIssuer(pool)
        if (!isServedAs(shared, request, pool)) {
          return respond(request, pool, 'ORIGINAL')
        }
        return pool.issuerType === 'UPDATED' ? respond(request, pool, 'UPDATED') : forbidden()
      },
    },
    {
      method: 'GET',
      path: `/issuer/:region/:poolId/.well-known/${name}`,
      async handle(request) {
        const pool = await findPool(services, request)
        if (pool === undefined || pool.homeRegion !== request.params['region']) {
          return notFound()
        }
        // Cognito: the issuer host returns 403 for a pool that is not UPDATED
        // (aws-jwt-verify #279, observed in 2026).
        if (pool.issuerType !== 'UPDATED') return forbidden()
        return respond(request, pool, 'UPDATED')
      },
    },
  ]
  return routes.map(orTryAgain)
}

/** The pool of the path. A replica that is being made or removed has nothing to say. */
async function findPool(services: IssuerServices, request: HttpRequest): Promise<Pool | undefined> {
  const poolId = request.params['poolId'] ?? ''
  if (!/^[\w-]{1,40}_[0-9A-Za-z]{1,40}$/.test(poolId)) return undefined
  const pool = await services.pools.find(poolId)
  const isSettled =
    pool?.role === 'PRIMARY' || pool?.status === 'ACTIVE' || pool?.status === 'INACTIVE'
  if (pool !== undefined && !isSettled) await requireFinishedCopyOf(services.copies, pool)
  return isSettled ? pool : undefined
}

/** What may be on its way is not "not found", which verifiers would keep in mind. */
function orTryAgain(route: Route): Route {
  return {
    ...route,
    async handle(request) {
      try {
        return await route.handle(request)
      } catch (error) {
        if (!(error instanceof CopyUnfinishedError)) throw error
        const headers = { 'cache-control': 'no-store', 'retry-after': '1' }
        return jsonResponse(503, { message: error.message }, headers)
      }
    },
  }
}

/** Whether the request came to exactly this issuer's own host and path. */
function isServedAs(issuer: string, request: HttpRequest, pool: Pool): boolean {
  const host = headerOf(request.headers, 'host')
  return host !== undefined && issuer.endsWith(`://${host.toLowerCase()}/${pool.id}`)
}

function handleDocument(request: HttpRequest, document: Kept): HttpResponse {
  const headers = { 'cache-control': CLIENT_KEEPS, etag: document.etag }
  const asked = headerOf(request.headers, 'if-none-match')
  if (asked?.split(',').some((tag) => weakly(tag) === document.etag)) {
    return {
      status: 304,
      headers: { ...headers, 'access-control-allow-origin': '*' },
      body: '',
    }
  }
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      ...headers,
    },
    body: document.body,
  }
}

function weakly(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}

function notFound(): HttpResponse {
  return jsonResponse(
    404,
    { message: 'User pool does not exist.' },
    { 'cache-control': 'no-store' },
  )
}

function forbidden(): HttpResponse {
  return jsonResponse(403, { message: 'Forbidden' }, { 'cache-control': 'no-store' })
}
