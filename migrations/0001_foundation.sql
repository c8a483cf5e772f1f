-- What a Region knows about itself, and the functions that the tables of the next files use.
-- Every file is additive and safe to run twice. A header line above each table names its family:
--   directory  written by the pool's primary Region, travels to its secondaries
--   regional   written by this Region about itself, never travels
--   runtime    written by the Region that made the row (origin_region), travels to every Region
--              of the pool
--   account    like runtime, for the deployment instead of a pool; travels to every Region

-- What has been applied to this database: src/adapters/postgres/migrate.ts.
-- family: regional
create table if not exists schema_migrations (
  name text primary key,
  checksum text not null,
  applied_at timestamptz not null default now()
);

-- family: regional
create table if not exists this_region (
  only_row boolean primary key default true check (only_row),
  region text not null,
  -- Changes when the database is lost and made again: peers notice it by this and reseed.
  database_id uuid not null default gen_random_uuid(),
  created_at timestamptz not null default now()
);

-- family: regional
create table if not exists deployment_regions (
  region text primary key,
  position int not null
);

-- family: regional
create table if not exists peers (
  region text primary key,
  -- The database that our rows were last seeded into; null until the first contact.
  database_id uuid,
  needs_reseed boolean not null default false,
  seen_at timestamptz
);

-- The Region whose node is writing. Each connection of a node sets it; a session that did not say
-- where it writes from owns nothing. A setting, not a table: the guards read it for every row.
create or replace function twinpool_region() returns text language sql stable as
$$ select current_setting('twinpool.region', true) $$;

-- True while a reconciler clears rows that another Region owns, before that Region sends them anew.
create or replace function twinpool_in_maintenance() returns boolean language sql stable as
$$ select coalesce(current_setting('twinpool.maintenance', true), '') = 'on' $$;

-- The second wall behind the types: a row is written by the Region that owns it only. These are
-- ordinary triggers, which do not fire for rows that arrive by replication.

-- A new directory row takes the Regions of its pool (the first owns it), whatever the writer
-- believed them to be, so that a row born while its pool is being marked is not missed.
create or replace function twinpool_birth_directory() returns trigger language plpgsql as $$
begin
  select p.replica_regions into new.replica_regions
    from user_pools p where p.user_pool_id = new.user_pool_id;
  if not found then
    raise exception 'user pool % does not exist', new.user_pool_id
      using errcode = 'foreign_key_violation';
  end if;
  if new.replica_regions[1] is distinct from twinpool_region() then
    raise exception 'row of % belongs to %', tg_table_name, new.replica_regions[1]
      using errcode = 'TP001';
  end if;
  return new;
end $$;

create or replace function twinpool_birth_pool() returns trigger language plpgsql as $$
begin
  if new.replica_regions[1] is distinct from twinpool_region() then
    raise exception 'row of % belongs to %', tg_table_name, new.replica_regions[1]
      using errcode = 'TP001';
  end if;
  return new;
end $$;

-- A runtime row belongs to its origin, and travels to the Regions of its pool.
create or replace function twinpool_birth_runtime() returns trigger language plpgsql as $$
begin
  select p.replica_regions into new.replica_regions
    from user_pools p where p.user_pool_id = new.user_pool_id;
  if not found then
    raise exception 'user pool % does not exist', new.user_pool_id
      using errcode = 'foreign_key_violation';
  end if;
  if new.origin_region is distinct from twinpool_region() then
    raise exception 'row of % belongs to %', tg_table_name, new.origin_region
      using errcode = 'TP001';
  end if;
  return new;
end $$;

-- An account row belongs to its origin, and travels to every Region of the deployment.
create or replace function twinpool_birth_account() returns trigger language plpgsql as $$
begin
  select coalesce(array_agg(region order by position), '{}') into new.replica_regions
    from deployment_regions;
  if new.origin_region is distinct from twinpool_region() then
    raise exception 'row of % belongs to %', tg_table_name, new.origin_region
      using errcode = 'TP001';
  end if;
  return new;
end $$;

-- Fires, by the triggers' WHEN, only for a row of another owner.
create or replace function twinpool_refuse() returns trigger language plpgsql as $$
begin
  if twinpool_in_maintenance() then
    if tg_op = 'DELETE' then return old; end if;
    return new;
  end if;
  raise exception 'row of % belongs to another Region', tg_table_name using errcode = 'TP001';
end $$;

-- Tells every node of this Region that cached configuration of a pool is old. Enabled ALWAYS, so
-- that it fires for replicated rows too and both Regions forget at the same commit.
create or replace function twinpool_notify_pool() returns trigger language plpgsql as $$
begin
  perform pg_notify('twinpool_pool',
    case when tg_op = 'DELETE' then old.user_pool_id else new.user_pool_id end);
  return null;
end $$;

create or replace function twinpool_notify_account() returns trigger language plpgsql as $$
begin
  perform pg_notify('twinpool_account', tg_table_name);
  return null;
end $$;

-- Makes a table one of a travelling family: its guards, its replica identity and, for
-- configuration, its notice. The replica identity is the primary key plus replica_regions, because
-- a publication's row filter may only read columns of the replica identity.
create or replace procedure twinpool_adopt(
  table_name text, family text, key_columns text, notice text default null
) language plpgsql as $$
declare
  owner text := case when family in ('pool', 'directory')
    then 'old.replica_regions[1]' else 'old.origin_region' end;
begin
  execute format('create unique index if not exists %I on %I (%s, replica_regions)',
    table_name || '_identity', table_name, key_columns);
  execute format('alter table %I replica identity using index %I',
    table_name, table_name || '_identity');
  execute format('create or replace trigger birth before insert on %I '
    'for each row execute function %I()', table_name, 'twinpool_birth_' || family);
  execute format('create or replace trigger guard before update or delete on %I for each row '
    'when (%s is distinct from current_setting(''twinpool.region'', true)) '
    'execute function twinpool_refuse()', table_name, owner);
  if notice is not null then
    execute format('create or replace trigger notice after insert or update or delete on %I '
      'for each row execute function %I()', table_name, notice);
    execute format('alter table %I enable always trigger notice', table_name);
  end if;
end $$;
