// Which pool a call is about, and for callers who signed whether they may ask. A pool is named by
// its ID, by an ARN, by an app client, by an access token or by the session of a sign-in.

import { ApiError } from '#api/protocol/errors.js'
import {
  type AuthSession,
  openSession,
  poolIdOfSession,
  sessionRefusal,
} from '#app/auth/session.js'
import { verifyAccess } from '#app/sessions/verify.js'
import { poolArn, poolIdOfArn } from '#domain/arn.js'
import { USER_ADMIN_SCOPE } from '#domain/oauth/scopes.js'
import { regionOf } from '#domain/pool/id.js'
import type { Region } from '#domain/replica/gate.js'
import { decodeJwt } from '#domain/token/jwt.js'
import type { Pool } from '#ports/capability.js'
import type { Auth, ResolvedClient, Services, UserCaller } from './context.js'
import { errorFor, requireNoRefusal, unwrap } from './refusals.js'

export interface Target {
  readonly pool: Pool | undefined
  readonly client: ResolvedClient | undefined
  /** By an access token, or by a session. */
  readonly user: UserCaller | AuthSession | undefined
}

interface TargetRequest {
  readonly services: Services
  readonly auth: Auth
  readonly region: Region
  readonly input: Readonly<Record<string, unknown>>
  /** Throws unless the signer may act on the resource. */
  authorise(resource: string, otherName?: string): void
}

export async function resolveTarget(request: TargetRequest): Promise<Target> {
  const { services, auth, region, input, authorise } = request
  const none = { pool: undefined, client: undefined, user: undefined }
  const session = input['Session']
  if (
    auth === 'token-or-session' &&
    input['AccessToken'] === undefined &&
    typeof session === 'string'
  ) {
    return bySession(services, session)
  }
  if (auth === 'access-token' || auth === 'token-or-session') {
    return byAccessToken(services, input['AccessToken'])
  }
  if (auth === 'public' && typeof input['ClientId'] === 'string') {
    return byClient(services, input['ClientId'])
  }
  if (region === 'account') {
    authorise('*')
    return none
  }
  const arn = input['ResourceArn']
  const poolId = typeof arn === 'string' ? requirePoolIdOf(services, arn) : input['UserPoolId']
  if (typeof poolId !== 'string') {
    // Domains are looked up by name; the handler finds the pool.
    authorise('*')
    return none
  }
  authorise(poolArn(services, poolId), primaryArn(services, poolId))
  const pool = await services.pools.find(poolId)
  if (pool === undefined) {
    throw errorFor('pool-absent', poolId)
  }
  return { ...none, pool }
}

/** The pool's ARN in its primary Region, which its ID names. */
function primaryArn({ accountId }: Services, poolId: string): string {
  return poolArn({ accountId, region: regionOf(poolId) }, poolId)
}

/** The pool that an ARN of this Region and account names; others do not exist here. */
function requirePoolIdOf(services: Services, arn: string): string {
  const poolId = poolIdOfArn(services, arn)
  if (poolId === undefined) {
    throw new ApiError('ResourceNotFoundException', `Resource ${arn} does not exist.`)
  }
  return poolId
}

async function byClient(services: Services, clientId: string): Promise<Target> {
  const resolved = await services.clients.resolve(clientId)
  const pool = resolved && (await services.pools.find(resolved.poolId))
  if (resolved === undefined || pool === undefined) {
    throw errorFor('client-absent', clientId)
  }
  return { pool, client: resolved, user: undefined }
}

async function bySession(services: Services, text: string): Promise<Target> {
  // Which pool a session names is only a hint until it opens there.
  const poolId = poolIdOfSession(text)
  const pool = poolId === undefined ? undefined : await services.pools.find(poolId)
  const session = pool && openSession(await services.poolKeys.cipher(pool), text)
  if (pool === undefined || session === undefined) throw errorFor('invalid-session')
  requireNoRefusal(sessionRefusal(session, pool, services.clock.nowMs()))
  const client = await services.clients.resolve(session.clientId)
  if (client?.poolId !== pool.id) throw errorFor('invalid-session')
  return { pool, client, user: session }
}

async function byAccessToken(services: Services, token: unknown): Promise<Target> {
  // Which client a token names is only a hint until its signature holds.
  const clientId = typeof token === 'string' ? decodeJwt(token)?.payload['client_id'] : undefined
  const resolved =
    typeof clientId === 'string' ? await services.clients.resolve(clientId) : undefined
  const pool = resolved && (await services.pools.find(resolved.poolId))
  if (typeof token !== 'string' || resolved === undefined || pool === undefined) {
    throw errorFor('access-token-invalid')
  }
  const { user } = unwrap(
    await verifyAccess(services.tokens, {
      pool,
      client: resolved.client,
      token,
      requiredScope: USER_ADMIN_SCOPE,
    }),
  )
  return { pool, client: resolved, user }
}
