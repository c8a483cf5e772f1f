// Reads of the configuration that every call needs: one statement for each kind of thing, and the
// functions that turn its rows into what the ports promise. The pool cache stands in front of them.

import { decodeClientSettings } from '#domain/client/settings.js'
import { globalTable, type IssuerType, regionalTable } from '#domain/pool/settings.js'
import type { Tier } from '#domain/pool/tier.js'
import { type Activation, type ReplicaPhase, replicaStatus } from '#domain/replica/machine.js'
import { decodeSettings } from '#domain/settings/table.js'
import type { Pool } from '#ports/capability.js'
import type {
  Client,
  ClientSecret,
  DataKey,
  Domain,
  FoundClient,
  ResourceServer,
} from '#ports/directory.js'
import type { AccessKey } from '#ports/runtime.js'
import type { SigningKey } from '#ports/signing-keys.js'
import type { Connection, Queryable } from '../connection/connection.js'
import type { Nullable } from '../connection/values.js'

/** Short lists that belong to a pool. */
export interface PoolLists {
  readonly dataKeys: readonly DataKey[]
  /** The newest first. */
  readonly signingKeys: readonly SigningKey[]
  /** By identifier. */
  readonly resourceServers: readonly ResourceServer[]
}

interface PoolRow {
  readonly user_pool_id: string
  readonly replica_regions: readonly string[]
  readonly owner_region: string | null
  readonly home_region: string | null
  readonly name: string
  readonly settings: unknown
  readonly tier: Tier
  readonly issuer_type: IssuerType
  readonly kms_key_arn: string | null
  readonly created_at: number
  readonly modified_at: number
  readonly phase: ReplicaPhase | null
  readonly activations: readonly Activation[]
  readonly regional_settings: unknown
  readonly tags: Readonly<Record<string, string>> | null
}

/** The pool as this Region sees it. A statement about an earlier replica does not count. */
export async function loadPool(database: Connection, poolId: string): Promise<Pool | undefined> {
  const { region } = database
  const [row] = await database.query(
    (sql) => sql<PoolRow[]>`
      select p.*, r.phase, s.settings as regional_settings, s.tags,
        (select coalesce(jsonb_agg(jsonb_build_object(
             'region', a.region, 'isActive', a.is_active,
             'changedAtMs', floor(extract(epoch from a.changed_at) * 1000))), '[]')
           from replica_activations a
          where a.user_pool_id = r.user_pool_id and a.region = r.region
            and a.changed_at >= r.created_at) as activations
        from user_pools p
        left join user_pool_replicas r
          on r.user_pool_id = p.user_pool_id and r.region = ${region}
        left join regional_settings s on s.user_pool_id = p.user_pool_id
       where p.user_pool_id = ${poolId}`,
  )
  return row && toPool(row, region)
}

function toPool(row: PoolRow, region: string): Pool {
  const primaryRegion = row.owner_region ?? row.replica_regions[0] ?? region
  const role = primaryRegion === region ? 'PRIMARY' : 'SECONDARY'
  return {
    id: row.user_pool_id,
    name: row.name,
    region,
    primaryRegion,
    homeRegion: row.home_region ?? primaryRegion,
    replicaRegions: row.replica_regions,
    role,
    // The pool's row arrives before its replica's, so a replica without a row is on its way.
    status: role === 'PRIMARY' ? 'ACTIVE' : replicaStatus(row.phase ?? 'CREATING', row.activations),
    tier: row.tier,
    issuerType: row.issuer_type,
    kmsKeyArn: row.kms_key_arn ?? undefined,
    settings: decodeSettings(globalTable, row.settings),
    regionalSettings: decodeSettings(regionalTable, row.regional_settings),
    tags: row.tags ?? {},
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
  }
}

/** A client as it is stored, in the port's words. */
export interface StoredClient extends Omit<Client, 'settings'> {
  readonly settings: unknown
}

export const clientColumns = (sql: Queryable) => sql`
  user_pool_id as "poolId", client_id as "clientId", name, settings,
  created_at as "createdAtMs", modified_at as "modifiedAtMs"`

export function toClient(row: StoredClient): Client {
  return { ...row, settings: decodeClientSettings(row.settings) }
}

/**
 * The client of a pool, with its secrets, the oldest first. Without a pool it is the client behind
 * the ID: the oldest, should two Regions have given one ID away.
 */
export async function loadClient(
  database: Connection,
  { poolId, clientId }: { readonly poolId?: string; readonly clientId: string },
): Promise<FoundClient | undefined> {
  const [row] = await database.query(
    (sql) => sql<StoredClient[]>`
      select ${clientColumns(sql)} from user_pool_clients
       where client_id = ${clientId}
         ${poolId === undefined ? sql`` : sql`and user_pool_id = ${poolId}`}
       order by created_at, user_pool_id collate "C" limit 1`,
  )
  if (row === undefined) return undefined
  const secrets = await database.query(
    (sql) => sql<ClientSecret[]>`
      select client_id as "clientId", client_secret_id as "secretId",
          secret_sealed as "secretSealed", created_at as "createdAtMs" from client_secrets
       where user_pool_id = ${row.poolId} and client_id = ${clientId}
       order by created_at, client_secret_id`,
  )
  return { client: toClient(row), secrets: [...secrets], poolId: row.poolId }
}

export const domainColumns = (sql: Queryable) => sql`
  user_pool_id as "poolId", domain, settings, created_at as "createdAtMs"`

/** The pool behind a domain: the oldest claim, should two Regions have given one name away. */
export async function loadDomain(database: Connection, name: string): Promise<Domain | undefined> {
  const [row] = await database.query(
    (sql) => sql<Domain[]>`
      select ${domainColumns(sql)} from (
        select user_pool_id, domain, settings, created_at from user_pool_domains
         where domain = ${name}
         union all
        select user_pool_id, domain, settings, created_at from regional_domains
         where domain = ${name}) d
       order by created_at, user_pool_id collate "C" limit 1`,
  )
  return row
}

export async function loadPoolLists(
  database: Connection,
  poolId: string,
): Promise<PoolLists | undefined> {
  const [dataKeys, signingKeys, resourceServers] = await Promise.all([
    loadDataKeys(database, poolId),
    loadSigningKeys(database, poolId),
    loadResourceServers(database, poolId),
  ])
  const isEmpty = dataKeys.length + signingKeys.length + resourceServers.length === 0
  // Most likely a pool that is not here.
  if (isEmpty) return undefined
  return { dataKeys, signingKeys, resourceServers }
}

async function loadDataKeys(database: Connection, poolId: string): Promise<readonly DataKey[]> {
  const rows = await database.query(
    (sql) => sql<Nullable<DataKey, 'kmsKeyArn' | 'encryptionContext'>[]>`
      select data_key_id as id, purpose, kms_key_arn as "kmsKeyArn", wrapped,
          encryption_context as "encryptionContext", created_at as "createdAtMs" from data_keys
       where user_pool_id = ${poolId} order by created_at desc, data_key_id`,
  )
  return rows.map((row) => ({
    ...row,
    kmsKeyArn: row.kmsKeyArn ?? undefined,
    encryptionContext: row.encryptionContext ?? undefined,
  }))
}

async function loadSigningKeys(
  database: Connection,
  poolId: string,
): Promise<readonly SigningKey[]> {
  const rows = await database.query(
    (sql) => sql<Nullable<SigningKey, 'tokenUse'>[]>`
      select kid, public_jwk as "publicJwk", public_jwk ->> 'token_use' as "tokenUse",
          private_key_sealed as "privateKeySealed", created_at as "createdAtMs" from signing_keys
       where user_pool_id = ${poolId} order by created_at desc, kid`,
  )
  return rows.map((row) => ({ ...row, tokenUse: row.tokenUse ?? undefined }))
}

async function loadResourceServers(
  database: Connection,
  poolId: string,
): Promise<readonly ResourceServer[]> {
  const rows = await database.query(
    (sql) => sql<ResourceServer[]>`
      select identifier, name, scopes from resource_servers
       where user_pool_id = ${poolId} order by identifier collate "C"`,
  )
  return [...rows]
}

/** Access keys of any Region that no Region deleted; further conditions may follow. */
export const liveAccessKeys = (sql: Queryable) => sql`
  select access_key_id as "accessKeyId", secret_sealed as "secretSealed", policy,
      created_at as "createdAtMs" from access_keys k
   where not exists (
     select from access_key_deletions d where d.access_key_id = k.access_key_id)`

export async function loadAccessKey(
  database: Connection,
  accessKeyId: string,
): Promise<AccessKey | undefined> {
  const [row] = await database.query(
    (sql) => sql<AccessKey[]>`
      ${liveAccessKeys(sql)} and access_key_id = ${accessKeyId} order by created_at desc limit 1`,
  )
  return row
}
