// The app client that an admin call names, and an app client on the wire (UserPoolClientType).

import { openSecrets } from '#app/clients/secrets.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { CognitoOutput } from '#contract/types.js'
import { clientTable } from '#domain/client/settings.js'
import type { Pool } from '#ports/capability.js'
import type { Client, Clients } from '#ports/directory.js'
import type { ResolvedClient } from '../context.js'
import { errorFor } from '../refusals.js'
import { describedSettings } from '../settings.js'

type ClientShape = NonNullable<CognitoOutput<'DescribeUserPoolClient'>['UserPoolClient']>

/** The client; one of another pool does not exist in this one. */
export async function requireClient(
  ctx: { readonly clients: Clients; readonly pool: Pool },
  clientId: string,
): Promise<ResolvedClient> {
  const found = await ctx.clients.find(ctx.pool, clientId)
  if (found === undefined) throw errorFor('client-absent', clientId)
  return found
}

export function toClientShape(client: Client, secret: string | undefined): ClientShape {
  const shape = {
    UserPoolId: client.poolId,
    ClientName: client.name,
    ClientId: client.clientId,
    ClientSecret: secret,
    LastModifiedDate: new Date(client.modifiedAtMs),
    CreationDate: new Date(client.createdAtMs),
    ...describedSettings(clientTable, client.settings),
    ClientType: 'REGULAR',
  }
  // Settings are stored as they came through the contract, so their values are the wire's.
  return shape as ClientShape
}

/** The client's newest secret in clear; undefined for a public client. */
export async function newestSecret(
  ctx: { readonly poolKeys: PoolKeys; readonly pool: Pool },
  resolved: ResolvedClient,
): Promise<string | undefined> {
  if (resolved.secrets.length === 0) return undefined
  return openSecrets(await ctx.poolKeys.cipher(ctx.pool), resolved).at(-1)
}
