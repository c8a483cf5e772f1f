// The one token issuer: the API, the admin API, the login pages and the token endpoint end here.
// Refresh tokens are sealed, not stored, so a secondary needs no write to renew a session that
// began elsewhere. What ends a session (sign-out, revocation, rotation use) is a runtime row that
// travels both ways.

import type { OpenedAuthRecord, UserRecords } from '#app/accounts/user-records.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { SigningKeyRing } from '#app/sessions/signing-keys.js'
import { type Clock, nowSeconds } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { ClientSettings } from '#domain/client/settings.js'
import { type Refused, refused } from '#domain/refusal.js'
import { accessClaims, idClaims, machineClaims } from '#domain/token/claims.js'
import type { IssuerUrls } from '#domain/token/issuer.js'
import { decodeJwt, signJwt, verifyJwt } from '#domain/token/jwt.js'
import { ACCESS_SECONDS_MAX, type Lifetimes, tokenLifetimes } from '#domain/token/lifetime.js'
import { openToken, sealToken } from '#domain/token/sealed-token.js'
import {
  isSessionId,
  isSignedOut,
  sessionId,
  sessionStartAt,
  sessionStartMs,
} from '#domain/token/session-id.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import type { Revocations, RotationUses } from '#ports/runtime.js'

/** Scope of access tokens that API sign-ins give; the user's own operations ask for it. */
export const USER_ADMIN_SCOPE = 'aws.cognito.signin.user.admin'

/** What is inside a sealed refresh token. Times are whole seconds since the epoch. */
interface RefreshContents {
  readonly sub: string
  readonly clientId: string
  readonly originJti: string
  readonly jti: string
  readonly authTime: number
  readonly expiresAt: number
}

/** A session's beginning, which every later token of it repeats. */
interface Session {
  readonly originJti: string
  readonly authTime: number
}

export interface TokenSet {
  readonly accessToken: string
  readonly idToken: string
  readonly refreshToken: string | undefined
  /** Lifetime of the access token. */
  readonly expiresInSeconds: number
}

export type RefreshOutcome = { readonly kind: 'tokens'; readonly tokens: TokenSet } | Refused

/** When the last token of a session is over: access tokens may outlive the refresh token. */
function sessionExpiryMs({ expiresAt }: RefreshContents): number {
  return (expiresAt + ACCESS_SECONDS_MAX) * 1000
}

/**
 * The session of an access token. Clients without token revocation have no `origin_jti`; the `jti`
 * of their access tokens says when the session began. Tokens of earlier versions have a random one,
 * and their sessions count from auth_time, in whole seconds.
 */
function sessionOf(claims: Readonly<Record<string, unknown>>): string {
  const { origin_jti: originJti, jti, auth_time: authTime } = claims
  if (typeof originJti === 'string') return originJti
  if (typeof jti === 'string' && isSessionId(jti)) return jti
  return sessionId(Number(authTime) * 1000, new Uint8Array(10))
}

/** A signed-in user as an access token proves it. */
export interface VerifiedUser {
  readonly sub: string
  readonly username: string
  readonly originJti: string
  readonly scopes: readonly string[]
  readonly claims: Readonly<Record<string, unknown>>
  readonly user: User
}

export type AccessOutcome = { readonly kind: 'valid'; readonly user: VerifiedUser } | Refused

export interface TokensOptions {
  readonly users: UserRecords
  readonly poolKeys: PoolKeys
  readonly signing: SigningKeyRing
  readonly revocations: Revocations
  readonly rotationUses: RotationUses
  readonly issuers: IssuerUrls
  readonly clock: Clock
  readonly random: Random
}

export class Tokens {
  readonly #options: TokensOptions

  constructor(options: TokensOptions) {
    this.#options = options
  }

  /** Tokens of a new session. */
  async begin(
    pool: Pool,
    client: Client,
    record: OpenedAuthRecord,
    scopes: readonly string[] = [USER_ADMIN_SCOPE],
  ): Promise<TokenSet> {
    const { clock, random, poolKeys } = this.#options
    const nowMs = clock.nowMs()
    const authTime = Math.floor(nowMs / 1000)
    const lifetimes = tokenLifetimes(client.settings)
    const startMs = sessionStartAt(nowMs, record.signedOutAtMs)
    const session = { originJti: sessionId(startMs, random.bytes(10)), authTime }
    const cipher = await poolKeys.cipher(pool)
    const contents: RefreshContents = {
      sub: record.user.sub,
      clientId: client.clientId,
      jti: random.uuid(),
      expiresAt: authTime + lifetimes.refreshSeconds,
      ...session,
    }
    const refreshToken = sealToken(cipher.tokenKey, 'refresh', pool.id, random.bytes(24), contents)
    return this.#sign(pool, client, record, { session, lifetimes, refreshToken, scopes })
  }

  /** A machine's access token (client_credentials). */
  async machine(
    pool: Pool,
    client: Client,
    scopes: readonly string[],
  ): Promise<{ accessToken: string; expiresInSeconds: number }> {
    const { clock, random, issuers, poolKeys, signing } = this.#options
    const cipher = await poolKeys.cipher(pool)
    const lifetimes = tokenLifetimes(client.settings)
    const claims = machineClaims({
      issuer: issuers.of(pool),
      clientId: client.clientId,
      scopes,
      nowSeconds: nowSeconds(clock),
      lifetimeSeconds: lifetimes.accessSeconds,
      jti: random.uuid(),
    })
    const accessToken = signJwt(await signing.signer(pool, cipher, 'access'), claims)
    return { accessToken, expiresInSeconds: lifetimes.accessSeconds }
  }

  /**
   * New tokens for a refresh token of either Region. With `rotate` the token is used up and
   * another takes its place for the rest of the same lifetime.
   */
  async refresh(
    pool: Pool,
    client: Client,
    token: string,
    options: {
      readonly rotation: ClientSettings['refreshTokenRotation'] | undefined
      /** The client's own proof, where it covers the user's name (SECRET_HASH). */
      readonly refusalFor?: (user: User) => Refused | undefined
    },
  ): Promise<RefreshOutcome> {
    const contents = await this.#openRefresh(pool, client, token)
    if (contents === undefined) return refused('refresh-token-invalid')
    const { clock, random, users, rotationUses, revocations, poolKeys } = this.#options
    const nowMs = clock.nowMs()
    if (contents.expiresAt * 1000 <= nowMs) return refused('refresh-token-expired')
    const record = await users.findSessionRecord(pool, contents)
    if (record === undefined) return refused('refresh-token-invalid')
    const refusal = options.refusalFor?.(record.user)
    if (refusal !== undefined) return refusal
    if (record.isRevoked || isSignedOut(contents.originJti, record.signedOutAtMs)) {
      return refused('refresh-token-revoked')
    }
    if (!record.user.isEnabled) return refused('user-disabled')

    const { rotation } = options
    const isRotating = rotation?.feature === 'ENABLED'
    const cipher = await poolKeys.cipher(pool)
    const next = { ...contents, jti: random.uuid() }
    const refreshToken = isRotating
      ? sealToken(cipher.tokenKey, 'refresh', pool.id, random.bytes(24), next)
      : undefined
    // Before the token is used up: an error in between would end the session at the next try.
    const tokens = await this.#sign(pool, client, record, {
      session: contents,
      lifetimes: tokenLifetimes(client.settings),
      refreshToken,
      scopes: [USER_ADMIN_SCOPE],
    })
    if (isRotating) {
      const { retryGracePeriodSeconds: graceSeconds } = rotation
      const use = await rotationUses.use(pool, {
        refreshJti: contents.jti,
        originJti: contents.originJti,
        atMs: nowMs,
        expiresAtMs: contents.expiresAt * 1000,
        graceSeconds,
        sessionExpiresAtMs: sessionExpiryMs(contents),
      })
      const graceMs = graceSeconds * 1000
      // Without a grace period not even a use in the same millisecond is a retry.
      const isRetry = graceMs > 0 && nowMs <= use.firstUseMs + graceMs
      if (!use.isFirst && !isRetry) {
        // One of its two users is a thief, and nobody knows which: the session ends for both.
        await revocations.add(pool, contents.originJti, sessionExpiryMs(contents))
        return refused('refresh-token-reused')
      }
    }
    return { kind: 'tokens', tokens }
  }

  /** Ends the session of a refresh token in every Region (RevokeToken, RFC 7009). */
  async revoke(
    pool: Pool,
    client: Client,
    token: string,
  ): Promise<'revoked' | 'invalid' | 'unsupported-token-type' | 'not-enabled'> {
    if (!client.settings.enableTokenRevocation) return 'not-enabled'
    if (decodeJwt(token) !== undefined) return 'unsupported-token-type'
    const contents = await this.#openRefresh(pool, client, token)
    if (contents === undefined) return 'invalid'
    const { revocations } = this.#options
    await revocations.add(pool, contents.originJti, sessionExpiryMs(contents))
    return 'revoked'
  }

  /** Verifies an access token of this pool for the user's own operations. */
  async verifyAccess(pool: Pool, client: Client, token: string): Promise<AccessOutcome> {
    const { users, signing, issuers, clock } = this.#options
    const kid = decodeJwt(token)?.header['kid']
    const key = typeof kid === 'string' ? await signing.verifier(pool, kid) : undefined
    const claims = key && verifyJwt(token, key)
    if (claims === undefined || claims['token_use'] !== 'access')
      return refused('access-token-invalid')
    if (claims['client_id'] !== client.clientId) return refused('access-token-invalid')
    // A pool that changed its issuer type has tokens of both kinds until the old ones expire.
    if (!issuers.all(pool).includes(String(claims['iss']))) return refused('access-token-invalid')
    if (Number(claims['exp']) <= nowSeconds(clock)) return refused('access-token-expired')
    const sub = String(claims['sub'])
    const username = claims['username']
    if (typeof username !== 'string') return refused('access-token-invalid')
    const scopes = String(claims['scope'] ?? '').split(' ')
    if (!scopes.includes(USER_ADMIN_SCOPE)) return refused('access-token-scope')
    const originJti = sessionOf(claims)
    const record = await users.findSessionRecord(pool, { sub, originJti })
    if (record === undefined) return refused('user-absent')
    if (record.isRevoked || isSignedOut(originJti, record.signedOutAtMs))
      return refused('access-token-revoked')
    if (!record.user.isEnabled) return refused('user-disabled')
    return {
      kind: 'valid',
      user: { sub, username, originJti, scopes, claims, user: record.user },
    }
  }

  async #openRefresh(
    pool: Pool,
    client: Client,
    token: string,
  ): Promise<RefreshContents | undefined> {
    const cipher = await this.#options.poolKeys.cipher(pool)
    const contents = openToken(cipher.tokenKey, 'refresh', pool.id, token) as
      | RefreshContents
      | undefined
    return contents?.clientId === client.clientId ? contents : undefined
  }

  async #sign(
    pool: Pool,
    client: Client,
    record: Pick<OpenedAuthRecord, 'user' | 'groups'>,
    options: {
      session: Session
      lifetimes: Lifetimes
      refreshToken: string | undefined
      scopes: readonly string[]
    },
  ): Promise<TokenSet> {
    const { clock, random, issuers, poolKeys, signing } = this.#options
    const { session, lifetimes, refreshToken, scopes } = options
    const cipher = await poolKeys.cipher(pool)
    // Spread behind the others below: members behind a spread are added one by one, slowly.
    const common = {
      issuer: issuers.of(pool),
      clientId: client.clientId,
      user: record.user,
      groups: record.groups,
      originJti: client.settings.enableTokenRevocation ? session.originJti : undefined,
      eventId: random.uuid(),
      authTime: session.authTime,
      nowSeconds: nowSeconds(clock),
    }
    const idToken = signJwt(
      await signing.signer(pool, cipher, 'id'),
      idClaims({
        jti: random.uuid(),
        lifetimeSeconds: lifetimes.idSeconds,
        readAttributes: client.settings.readAttributes,
        ...common,
      }),
    )
    const accessToken = signJwt(
      await signing.signer(pool, cipher, 'access'),
      accessClaims({
        jti:
          common.originJti === undefined
            ? sessionId(sessionStartMs(session.originJti), random.bytes(10))
            : random.uuid(),
        lifetimeSeconds: lifetimes.accessSeconds,
        scopes,
        ...common,
      }),
    )
    return { accessToken, idToken, refreshToken, expiresInSeconds: lifetimes.accessSeconds }
  }
}
