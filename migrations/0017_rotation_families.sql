-- What this Region must know to end a session whose rotating refresh token was used in two Regions.
-- rotation_uses travels and says which token was used where and when; to which session the token
-- belongs is noted by each Region that accepted a use, and stays there.

-- family: regional
create table if not exists rotation_families (
  user_pool_id text not null,
  refresh_jti uuid not null,
  origin_jti uuid not null,
  -- RetryGracePeriodSeconds of the app client, when the token was used.
  grace_seconds int not null,
  -- When the last token of the session is over.
  expires_at timestamptz not null,
  primary key (user_pool_id, refresh_jti)
);
create index if not exists rotation_families_by_expiry on rotation_families (expires_at);

-- Tokens that two Regions have used, until the leader has decided about them.
-- family: regional
create table if not exists rotation_conflicts (
  user_pool_id text not null,
  refresh_jti uuid not null,
  primary key (user_pool_id, refresh_jti)
);

-- An apply worker has no search path of its own, hence the function's.
create or replace function twinpool_rotation_conflict() returns trigger
language plpgsql set search_path from current as $$
begin
  if exists (
    select from rotation_uses u
     where u.user_pool_id = new.user_pool_id and u.refresh_jti = new.refresh_jti
       and u.origin_region <> new.origin_region
  ) then
    insert into rotation_conflicts (user_pool_id, refresh_jti)
    values (new.user_pool_id, new.refresh_jti) on conflict do nothing;
  end if;
  return null;
end $$;

-- ENABLE ALWAYS: it is there for the rows that arrive by replication.
create or replace trigger conflict after insert on rotation_uses
  for each row execute function twinpool_rotation_conflict();
alter table rotation_uses enable always trigger conflict;
