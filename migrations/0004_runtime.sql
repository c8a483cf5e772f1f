-- Runtime rows: written by the Region that made them, readable in every Region of the pool.
-- Their keys carry the origin, so two Regions never insert the same key. Readers fold the rows.

-- family: runtime
create table if not exists replica_activations (
  user_pool_id text not null,
  origin_region text not null,
  region text not null,
  replica_regions text[] not null,
  is_active boolean not null,
  -- The newest statement of any origin wins.
  changed_at timestamptz not null,
  primary key (user_pool_id, origin_region, region)
);
call twinpool_adopt('replica_activations', 'runtime',
  'user_pool_id, origin_region, region', 'twinpool_notify_pool');

-- family: runtime
create table if not exists sign_outs (
  user_pool_id text not null,
  origin_region text not null,
  sub uuid not null,
  replica_regions text[] not null,
  -- Sessions that began at or before this moment are over; the latest of any origin wins.
  signed_out_at timestamptz not null,
  primary key (user_pool_id, origin_region, sub)
);
call twinpool_adopt('sign_outs', 'runtime', 'user_pool_id, origin_region, sub');
create index if not exists sign_outs_by_user on sign_outs (user_pool_id, sub);

-- family: runtime
create table if not exists revocations (
  user_pool_id text not null,
  origin_region text not null,
  origin_jti uuid not null,
  replica_regions text[] not null,
  expires_at timestamptz not null,
  primary key (user_pool_id, origin_region, origin_jti)
);
call twinpool_adopt('revocations', 'runtime',
  'user_pool_id, origin_region, origin_jti');
create index if not exists revocations_by_token on revocations (user_pool_id, origin_jti);
create index if not exists revocations_by_expiry on revocations (expires_at);

-- family: runtime
create table if not exists rotation_uses (
  user_pool_id text not null,
  origin_region text not null,
  refresh_jti uuid not null,
  replica_regions text[] not null,
  used_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (user_pool_id, origin_region, refresh_jti)
);
call twinpool_adopt('rotation_uses', 'runtime',
  'user_pool_id, origin_region, refresh_jti');
create index if not exists rotation_uses_by_token on rotation_uses (user_pool_id, refresh_jti);
create index if not exists rotation_uses_by_expiry on rotation_uses (expires_at);

-- family: runtime
create table if not exists failed_attempts (
  user_pool_id text not null,
  origin_region text not null,
  sub uuid not null,
  replica_regions text[] not null,
  failures int not null,
  last_failure_at timestamptz not null,
  -- Failures of any origin from before the latest success of any origin no longer count.
  last_success_at timestamptz,
  primary key (user_pool_id, origin_region, sub)
);
call twinpool_adopt('failed_attempts', 'runtime',
  'user_pool_id, origin_region, sub');
create index if not exists failed_attempts_by_user on failed_attempts (user_pool_id, sub);
create index if not exists failed_attempts_by_time
  on failed_attempts (greatest(last_failure_at, last_success_at));

-- family: account
create table if not exists heartbeats (
  origin_region text primary key,
  replica_regions text[] not null,
  beat_at timestamptz not null
);
call twinpool_adopt('heartbeats', 'account', 'origin_region');

-- family: account
create table if not exists access_keys (
  origin_region text not null,
  access_key_id text not null,
  replica_regions text[] not null,
  secret_sealed bytea not null,
  policy jsonb not null,
  created_at timestamptz not null,
  primary key (origin_region, access_key_id)
);
call twinpool_adopt('access_keys', 'account', 'origin_region, access_key_id',
  'twinpool_notify_account');

-- Any Region may delete a key that another made, so a deletion is a row of its own.
-- family: account
create table if not exists access_key_deletions (
  origin_region text not null,
  access_key_id text not null,
  replica_regions text[] not null,
  deleted_at timestamptz not null,
  primary key (origin_region, access_key_id)
);
call twinpool_adopt('access_key_deletions', 'account',
  'origin_region, access_key_id', 'twinpool_notify_account');
