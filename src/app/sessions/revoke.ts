// The end of a session by its refresh token (RevokeToken, RFC 7009), in every Region.

import type { RequestContext } from '#domain/request-context.js'
import { decodeJwt } from '#domain/token/jwt.js'
import type { Pool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import { openGrant, sessionExpiryMs } from './refresh-token.js'
import type { SessionServices } from './services.js'

export type RevokeOutcome = 'revoked' | 'invalid' | 'unsupported-token-type' | 'not-enabled'

export async function revokeToken(
  { poolKeys, revocations }: SessionServices,
  call: {
    readonly pool: Pool
    readonly client: Client
    readonly token: string
    readonly request: RequestContext
  },
): Promise<RevokeOutcome> {
  const { pool, client, token, request } = call
  if (!client.settings.enableTokenRevocation) return 'not-enabled'
  if (decodeJwt(token) !== undefined) return 'unsupported-token-type'
  const grant = openGrant(await poolKeys.cipher(pool), client, token)
  if (grant === undefined) return 'invalid'
  await revocations.add(pool, grant.originJti, sessionExpiryMs(grant))
  request.noteUser?.(grant.sub)
  return 'revoked'
}
