// Tokens are made here and nowhere else: claims, what the customer's trigger makes of them, and
// then the signatures.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { nowSeconds } from '#base/clock.js'
import type { RequestContext } from '#domain/request-context.js'
import { accessClaims, idClaims, machineClaims } from '#domain/token/claims.js'
import type { Grant, RefreshGrant } from '#domain/token/grant.js'
import { signJwt } from '#domain/token/jwt.js'
import { tokenLifetimes } from '#domain/token/lifetime.js'
import { sessionId, sessionStartAt, sessionStartMs } from '#domain/token/session-id.js'
import type { Pool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import type { PreTokenGenerationEvent, TokenClaims } from '#ports/triggers.js'
import { sealGrant } from './refresh-token.js'
import type { SessionServices } from './services.js'
import { recordSession, tracksSessions } from './user-sessions.js'

export interface TokenSet {
  readonly accessToken: string
  readonly idToken: string
  readonly refreshToken: string | undefined
  /** Lifetime of the access token. */
  readonly expiresInSeconds: number
}

/** What a sign-in grants; the rest of a grant follows from when and for whom it is. */
export type NewGrant = Omit<Grant, 'sub' | 'clientId' | 'originJti' | 'authTime' | 'eventId'>

/** Tokens of a new session, which nothing remembers before `recordSession` was called. */
export interface NewSession {
  readonly tokens: TokenSet
  /** To be called when the sign-in is over, since a session that is recorded may end another. */
  readonly recordSession: () => Promise<void>
}

/** Begins a session. */
export async function issueTokens(
  services: SessionServices,
  session: {
    readonly pool: Pool
    readonly client: Client
    readonly record: OpenedAuthRecord
    readonly grant: NewGrant
    readonly source: PreTokenGenerationEvent<TokenClaims>['source']
    readonly request: RequestContext
  },
): Promise<NewSession> {
  const { clock, random, poolKeys } = services
  const { pool, client, record, source } = session
  const { request } = session
  const nowMs = clock.nowMs()
  const authTime = Math.floor(nowMs / 1000)
  const startMs = sessionStartAt(nowMs, record.signedOutAtMs)
  const grant: RefreshGrant = {
    sub: record.user.sub,
    clientId: client.clientId,
    originJti: sessionId(startMs, random.bytes(10)),
    authTime,
    eventId: request.eventId,
    ...session.grant,
    jti: random.uuid(),
    expiresAt: authTime + tokenLifetimes(client.settings).refreshSeconds,
  }
  const cipher = await poolKeys.cipher(pool)
  const refreshToken = sealGrant(cipher, random, grant)
  const issue = { pool, client, record, grant, refreshToken, source, request }
  const tokens = await signTokens(services, cipher, issue)
  const seen = { cipher, grant, request, nowMs }
  services.metrics.count('twinpool_tokens_total', { grant: 'sign-in' })
  return { tokens, recordSession: () => recordSession(services, pool, seen) }
}

/** Whom tokens are about. */
export type TokenSubject = Pick<OpenedAuthRecord, 'user' | 'groups'>

/** Signs an access token and an ID token of a session. */
export async function signTokens(
  services: SessionServices,
  cipher: PoolCipher,
  issue: {
    readonly pool: Pool
    readonly client: Client
    readonly record: TokenSubject
    readonly grant: Grant
    readonly refreshToken: string | undefined
    readonly source: PreTokenGenerationEvent<TokenClaims>['source']
    readonly request: RequestContext
  },
): Promise<TokenSet> {
  const { signing, triggers } = services
  const { pool, client, record, refreshToken, source, request } = issue
  const { user } = record
  const claims = await triggers.preTokenGeneration({
    source,
    pool,
    client,
    user,
    request,
    claims: claimsOf(services, issue),
  })
  return {
    accessToken: signJwt(await signing.signer(pool, cipher, 'access'), claims.access),
    idToken: signJwt(await signing.signer(pool, cipher, 'id'), claims.id),
    refreshToken,
    expiresInSeconds: tokenLifetimes(client.settings).accessSeconds,
  }
}

function claimsOf(
  { clock, random, issuers }: SessionServices,
  {
    pool,
    client,
    record,
    grant,
    request,
  }: {
    readonly pool: Pool
    readonly client: Client
    readonly record: TokenSubject
    readonly grant: Grant
    readonly request: RequestContext
  },
): TokenClaims {
  const { settings, clientId } = client
  const lifetimes = tokenLifetimes(settings)
  // Spread last below: V8 adds members behind a spread one by one, slowly.
  const common = {
    issuer: issuers.of(pool),
    clientId,
    user: record.user,
    groups: record.groups,
    // A tracked session can be ended whatever the client says.
    originJti: settings.enableTokenRevocation || tracksSessions(pool) ? grant.originJti : undefined,
    // Grants of earlier versions have none.
    eventId: grant.eventId ?? request.eventId,
    grant,
    nowSeconds: nowSeconds(clock),
  }
  return {
    id: idClaims({
      jti: random.uuid(),
      lifetimeSeconds: lifetimes.idSeconds,
      readAttributes: settings.readAttributes,
      ...common,
    }),
    access: accessClaims({
      // Without `origin_jti`, the `jti` says when the session began.
      jti:
        common.originJti === undefined
          ? sessionId(sessionStartMs(grant.originJti), random.bytes(10))
          : random.uuid(),
      lifetimeSeconds: lifetimes.accessSeconds,
      scopes: grant.scopes,
      ...common,
    }),
  }
}

/** A machine's access token (client_credentials). */
export async function issueMachineToken(
  services: SessionServices,
  issue: {
    readonly pool: Pool
    readonly client: Client
    readonly scopes: readonly string[]
    readonly request: RequestContext
  },
): Promise<{ accessToken: string; expiresInSeconds: number }> {
  const { clock, random, issuers, poolKeys, signing, triggers } = services
  const { pool, client, scopes, request } = issue
  const cipher = await poolKeys.cipher(pool)
  const lifetimes = tokenLifetimes(client.settings)
  const access = machineClaims({
    issuer: issuers.of(pool),
    clientId: client.clientId,
    scopes,
    nowSeconds: nowSeconds(clock),
    lifetimeSeconds: lifetimes.accessSeconds,
    jti: random.uuid(),
  })
  const source = 'TokenGeneration_ClientCredentials'
  const event = { source, pool, client, request, user: undefined, claims: { access } } as const
  const claims = await triggers.preTokenGeneration(event)
  const accessToken = signJwt(await signing.signer(pool, cipher, 'access'), claims.access)
  services.metrics.count('twinpool_tokens_total', { grant: 'client-credentials' })
  services.usage.machineToken(pool.id, client.clientId)
  return { accessToken, expiresInSeconds: lifetimes.accessSeconds }
}
