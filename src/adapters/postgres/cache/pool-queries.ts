// Reads of the configuration that every call needs: one statement for each kind of thing, and the
// functions that turn its rows into what the ports promise. The pool cache stands in front of them.

import { decodeClientSettings } from '#domain/client/settings.js'
import { globalTable, type IssuerType, regionalTable, type Tier } from '#domain/pool/settings.js'
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
  SigningKey,
} from '#ports/directory.js'
import type { AccessKey } from '#ports/runtime.js'
import type { Connection } from '../connection/connection.js'

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

export interface ClientRow {
  readonly user_pool_id: string
  readonly client_id: string
  readonly name: string
  readonly settings: unknown
  readonly created_at: number
  readonly modified_at: number
}

export interface ClientSecretRow {
  readonly client_id: string
  readonly client_secret_id: string
  readonly secret_sealed: Uint8Array
  readonly created_at: number
}

/** The client behind an ID: the oldest, should two Regions have given one ID away. */
export async function loadClient(
  database: Connection,
  clientId: string,
): Promise<FoundClient | undefined> {
  const [row] = await database.query(
    (sql) => sql<ClientRow[]>`
      select * from user_pool_clients where client_id = ${clientId}
       order by created_at, user_pool_id collate "C" limit 1`,
  )
  return row && withSecrets(database, row)
}

/** The client of one pool, whichever pool its ID leads to. */
export async function loadClientOf(
  database: Connection,
  { poolId, clientId }: { poolId: string; clientId: string },
): Promise<FoundClient | undefined> {
  const [row] = await database.query(
    (sql) => sql<ClientRow[]>`
      select * from user_pool_clients
       where user_pool_id = ${poolId} and client_id = ${clientId}`,
  )
  return row && withSecrets(database, row)
}

async function withSecrets(database: Connection, row: ClientRow): Promise<FoundClient> {
  const { user_pool_id: poolId, client_id: clientId } = row
  const secrets = await loadSecrets(database, { poolId, clientId })
  return { client: toClient(row), secrets, poolId }
}

/** The secrets of a client, the oldest first. */
async function loadSecrets(
  database: Connection,
  client: { poolId: string; clientId: string },
): Promise<readonly ClientSecret[]> {
  const rows = await database.query(
    (sql) => sql<ClientSecretRow[]>`
      select client_id, client_secret_id, secret_sealed, created_at from client_secrets
       where user_pool_id = ${client.poolId} and client_id = ${client.clientId}
       order by created_at, client_secret_id`,
  )
  return rows.map((row) => ({
    clientId: row.client_id,
    secretId: row.client_secret_id,
    secretSealed: row.secret_sealed,
    createdAtMs: row.created_at,
  }))
}

export function toClient(row: ClientRow): Client {
  return {
    poolId: row.user_pool_id,
    clientId: row.client_id,
    name: row.name,
    settings: decodeClientSettings(row.settings),
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
  }
}

export interface DomainRow {
  readonly user_pool_id: string
  readonly domain: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly created_at: number
}

/** The pool behind a domain: the oldest claim, should two Regions have given one name away. */
export async function loadDomain(database: Connection, name: string): Promise<Domain | undefined> {
  const [row] = await database.query(
    (sql) => sql<DomainRow[]>`
      select * from (
        select user_pool_id, domain, settings, created_at from user_pool_domains
         where domain = ${name}
         union all
        select user_pool_id, domain, settings, created_at from regional_domains
         where domain = ${name}) d
       order by created_at, user_pool_id collate "C" limit 1`,
  )
  return row && toDomain(row)
}

export function toDomain(row: DomainRow): Domain {
  return {
    poolId: row.user_pool_id,
    domain: row.domain,
    settings: row.settings,
    createdAtMs: row.created_at,
  }
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
  interface Row {
    readonly data_key_id: string
    readonly purpose: DataKey['purpose']
    readonly kms_key_arn: string | null
    readonly wrapped: Uint8Array
    readonly encryption_context: string | null
    readonly created_at: number
  }
  const rows = await database.query(
    (sql) => sql<Row[]>`
      select data_key_id, purpose, kms_key_arn, wrapped, encryption_context, created_at
        from data_keys
       where user_pool_id = ${poolId} order by created_at desc, data_key_id`,
  )
  return rows.map((row) => ({
    id: row.data_key_id,
    purpose: row.purpose,
    kmsKeyArn: row.kms_key_arn ?? undefined,
    wrapped: row.wrapped,
    encryptionContext: row.encryption_context ?? undefined,
    createdAtMs: row.created_at,
  }))
}

async function loadSigningKeys(
  database: Connection,
  poolId: string,
): Promise<readonly SigningKey[]> {
  interface Row {
    readonly kid: string
    readonly public_jwk: Readonly<Record<string, unknown>>
    readonly token_use: SigningKey['tokenUse'] | null
    readonly private_key_sealed: Uint8Array
    readonly created_at: number
  }
  const rows = await database.query(
    (sql) => sql<Row[]>`
      select kid, public_jwk, public_jwk ->> 'token_use' as token_use, private_key_sealed,
          created_at from signing_keys
       where user_pool_id = ${poolId} order by created_at desc, kid`,
  )
  return rows.map((row) => ({
    kid: row.kid,
    tokenUse: row.token_use ?? undefined,
    publicJwk: row.public_jwk,
    privateKeySealed: row.private_key_sealed,
    createdAtMs: row.created_at,
  }))
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
  return rows.map(({ identifier, name, scopes }) => ({ identifier, name, scopes }))
}

/** An access key of any Region that no Region deleted. */
export async function loadAccessKey(
  database: Connection,
  accessKeyId: string,
): Promise<AccessKey | undefined> {
  const [row] = await database.query(
    (sql) => sql<AccessKeyRow[]>`
      select access_key_id, secret_sealed, policy, created_at from access_keys k
       where access_key_id = ${accessKeyId}
         and not exists (
           select from access_key_deletions d where d.access_key_id = k.access_key_id)
       order by created_at desc limit 1`,
  )
  return row && toAccessKey(row)
}

export interface AccessKeyRow {
  readonly access_key_id: string
  readonly secret_sealed: Uint8Array
  readonly policy: unknown
  readonly created_at: number
}

export function toAccessKey(row: AccessKeyRow): AccessKey {
  return {
    accessKeyId: row.access_key_id,
    secretSealed: row.secret_sealed,
    policy: row.policy,
    createdAtMs: row.created_at,
  }
}
