-- The directory: rows that the pool's primary Region writes and its secondaries receive.
-- replica_regions lists the Regions a row lives in, the primary first. Columns named *_sealed are
-- AES-256-GCM envelopes; columns named *_hash are HMAC-SHA-256 under the pool's index key.
-- The bytea columns may be TOASTed: marking rewrites them (see src/adapters/postgres/marking.ts).

-- family: directory
create table if not exists user_pools (
  user_pool_id text primary key,
  replica_regions text[] not null,
  name text not null,
  -- Global settings as JSON: src/domain/pool/settings.ts is their type.
  settings jsonb not null,
  tier text not null,
  issuer_type text not null,
  kms_key_arn text,
  created_at timestamptz not null,
  modified_at timestamptz not null
);
call twinpool_adopt('user_pools', 'pool', 'user_pool_id', 'twinpool_notify_pool');

-- family: directory
create table if not exists user_pool_replicas (
  user_pool_id text not null,
  region text not null,
  replica_regions text[] not null,
  -- CREATING, READY or DELETING. Whether a READY replica is ACTIVE or INACTIVE is the newest row of
  -- replica_activations, since either Region may say so while the other is down.
  phase text not null check (phase in ('CREATING', 'READY', 'DELETING')),
  created_at timestamptz not null,
  primary key (user_pool_id, region)
);
call twinpool_adopt('user_pool_replicas', 'directory', 'user_pool_id, region',
  'twinpool_notify_pool');

-- family: directory
create table if not exists data_keys (
  user_pool_id text not null,
  data_key_id text not null,
  replica_regions text[] not null,
  -- data seals fields, index makes search hashes, token seals refresh tokens and sessions.
  purpose text not null check (purpose in ('data', 'index', 'token')),
  kms_key_arn text,
  wrapped bytea not null,
  created_at timestamptz not null,
  primary key (user_pool_id, data_key_id)
);
call twinpool_adopt('data_keys', 'directory', 'user_pool_id, data_key_id',
  'twinpool_notify_pool');

-- family: directory
create table if not exists signing_keys (
  user_pool_id text not null,
  kid text not null,
  replica_regions text[] not null,
  public_jwk jsonb not null,
  private_key_sealed bytea not null,
  created_at timestamptz not null,
  primary key (user_pool_id, kid)
);
call twinpool_adopt('signing_keys', 'directory', 'user_pool_id, kid',
  'twinpool_notify_pool');

-- family: directory
create table if not exists user_pool_clients (
  user_pool_id text not null,
  client_id text not null,
  replica_regions text[] not null,
  name text not null,
  settings jsonb not null,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (user_pool_id, client_id)
);
call twinpool_adopt('user_pool_clients', 'directory', 'user_pool_id, client_id',
  'twinpool_notify_pool');
-- Public operations name a client and not a pool.
create unique index if not exists user_pool_clients_by_id on user_pool_clients (client_id);

-- family: directory
create table if not exists client_secrets (
  user_pool_id text not null,
  client_id text not null,
  client_secret_id text not null,
  replica_regions text[] not null,
  secret_sealed bytea not null,
  created_at timestamptz not null,
  primary key (user_pool_id, client_id, client_secret_id)
);
call twinpool_adopt('client_secrets', 'directory',
  'user_pool_id, client_id, client_secret_id', 'twinpool_notify_pool');

-- family: directory
create table if not exists resource_servers (
  user_pool_id text not null,
  identifier text not null,
  replica_regions text[] not null,
  name text not null,
  scopes jsonb not null,
  primary key (user_pool_id, identifier)
);
call twinpool_adopt('resource_servers', 'directory', 'user_pool_id, identifier',
  'twinpool_notify_pool');

-- family: directory
create table if not exists user_pool_domains (
  user_pool_id text not null,
  domain text not null,
  replica_regions text[] not null,
  settings jsonb not null,
  created_at timestamptz not null,
  primary key (user_pool_id, domain)
);
call twinpool_adopt('user_pool_domains', 'directory', 'user_pool_id, domain',
  'twinpool_notify_pool');
-- Not unique: two pools with different primaries could have taken one name, and a unique index
-- would then stop replication for good. Repositories keep names apart, and the older one is served.
create index if not exists user_pool_domains_by_name on user_pool_domains (domain);

-- family: directory
create table if not exists groups (
  user_pool_id text not null,
  group_name text not null,
  replica_regions text[] not null,
  description text,
  role_arn text,
  precedence int,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (user_pool_id, group_name)
);
call twinpool_adopt('groups', 'directory', 'user_pool_id, group_name');

-- family: directory
create table if not exists users (
  user_pool_id text not null,
  sub uuid not null,
  replica_regions text[] not null,
  username_hash bytea not null,
  -- The forms of sign-in name that this user has claimed; null when the pool has no such alias, or
  -- the attribute is not verified yet.
  email_hash bytea,
  phone_number_hash bytea,
  preferred_username_hash bytea,
  -- First 8 bytes of the HMAC of each search term: src/domain/user/search-terms.ts.
  search_terms bigint[] not null default '{}',
  status text not null,
  is_enabled boolean not null default true,
  profile_sealed bytea not null,
  credential_sealed bytea,
  -- Guards read-modify-write of the sealed columns.
  version int not null default 1,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (user_pool_id, sub)
);
call twinpool_adopt('users', 'directory', 'user_pool_id, sub');
create unique index if not exists users_by_username on users (user_pool_id, username_hash);
create unique index if not exists users_by_email on users (user_pool_id, email_hash)
  where email_hash is not null;
create unique index if not exists users_by_phone on users (user_pool_id, phone_number_hash)
  where phone_number_hash is not null;
create unique index if not exists users_by_preferred
  on users (user_pool_id, preferred_username_hash) where preferred_username_hash is not null;
-- A large pending list keeps the index cheap while a pool is copied; autovacuum empties it.
create index if not exists users_by_search_term on users using gin (search_terms)
  with (fastupdate = on, gin_pending_list_limit = 65536);

-- family: directory
create table if not exists group_memberships (
  user_pool_id text not null,
  group_name text not null,
  sub uuid not null,
  replica_regions text[] not null,
  created_at timestamptz not null,
  primary key (user_pool_id, group_name, sub)
);
call twinpool_adopt('group_memberships', 'directory',
  'user_pool_id, group_name, sub');
create index if not exists group_memberships_by_user on group_memberships (user_pool_id, sub);
