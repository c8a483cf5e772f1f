-- Sessions of users, where the pool tracks them. The Region of the sign-in has a row, and so has
-- each Region that renewed it since; the latest activity of any origin counts.
-- family: runtime
create table if not exists user_sessions (
  user_pool_id text not null,
  origin_region text not null,
  origin_jti uuid not null,
  sub uuid not null,
  replica_regions text[] not null,
  client_id text not null,
  created_at timestamptz not null,
  last_active_at timestamptz not null,
  expires_at timestamptz not null,
  -- The latest address and device.
  activity_sealed bytea not null,
  primary key (user_pool_id, origin_region, origin_jti)
);
call twinpool_adopt('user_sessions', 'runtime', 'user_pool_id, origin_region, origin_jti');
create index if not exists user_sessions_by_user on user_sessions (user_pool_id, sub);
create index if not exists user_sessions_by_expiry on user_sessions (expires_at);
