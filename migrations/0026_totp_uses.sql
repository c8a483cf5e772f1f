-- Which codes of an authenticator app were used, so that none is good twice (RFC 6238, section
-- 5.2). A code belongs to a step of time, and a step at or before the latest one that any Region
-- has accepted is refused.
-- family: runtime
create table if not exists totp_uses (
  user_pool_id text not null,
  origin_region text not null,
  sub uuid not null,
  replica_regions text[] not null,
  -- Steps of 30 seconds since the epoch; the greatest of any origin counts.
  last_step bigint not null,
  used_at timestamptz not null,
  primary key (user_pool_id, origin_region, sub)
);
call twinpool_adopt('totp_uses', 'runtime', 'user_pool_id, origin_region, sub');
create index if not exists totp_uses_by_user on totp_uses (user_pool_id, sub);
create index if not exists totp_uses_by_time on totp_uses (used_at);
