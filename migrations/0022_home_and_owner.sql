-- Where a pool was made, and who owns it. Both are the first of replica_regions today. They part
-- when a secondary is promoted: the owner changes, but data keys stay wrapped under the context of
-- the home Region, and the pool keeps its ORIGINAL issuer. See docs/decisions/0054.
--
-- Nodes and Regions of earlier versions do not write these columns: null means the first of
-- replica_regions, and epoch 1.

alter table user_pools
  -- The Region that the pool was made in; never changes.
  add column if not exists home_region text,
  -- The Region whose rows are the pool's directory.
  add column if not exists owner_region text,
  -- Grows with each change of the owner, so that an owner of before can be told from the one now.
  add column if not exists owner_epoch int default 1;

-- The encryption context of `wrapped`: the ARN of the pool in its home Region.
alter table data_keys add column if not exists encryption_context text;

do $$
begin
  if not exists (select from pg_constraint where conname = 'user_pools_owner_is_first') then
    alter table user_pools add constraint user_pools_owner_is_first
      check (owner_region is null or owner_region = replica_regions[1]);
  end if;
end $$;

create or replace function twinpool_birth_pool() returns trigger language plpgsql as $$
begin
  if new.replica_regions[1] is distinct from twinpool_region() then
    raise exception 'row of % belongs to %', tg_table_name, new.replica_regions[1]
      using errcode = 'TP001';
  end if;
  new.home_region := coalesce(new.home_region, new.replica_regions[1]);
  new.owner_region := new.replica_regions[1];
  new.owner_epoch := coalesce(new.owner_epoch, 1);
  return new;
end $$;

create or replace function twinpool_keep_home() returns trigger language plpgsql as $$
begin
  raise exception 'the home Region of user pool % is %', old.user_pool_id, old.home_region
    using errcode = 'TP002';
end $$;
create or replace trigger keep_home before update on user_pools for each row
  when (old.home_region is not null and new.home_region is distinct from old.home_region)
  execute function twinpool_keep_home();

-- A Region that was the owner and comes back says what was true in an epoch before this one. What
-- it says about the pool is left out when it arrives.
create or replace function twinpool_fence_pool() returns trigger
language plpgsql set search_path from current as $$
begin
  if exists (select from user_pools p where p.user_pool_id = new.user_pool_id
      and coalesce(p.owner_epoch, 1) > coalesce(new.owner_epoch, 1)) then
    return null;
  end if;
  return new;
end $$;
-- Triggers fire in the order of their names: this one before `replace_row` removes the pool.
create or replace trigger fence before insert or update on user_pools for each row
  execute function twinpool_fence_pool();
alter table user_pools enable replica trigger fence;

-- This Region's own pools from before; those of other Regions come from there.
do $$
declare
  me text := (select region from this_region);
begin
  if me is null then return; end if;
  perform set_config('twinpool.region', me, true);
  update user_pools set home_region = me, owner_region = me, owner_epoch = 1
   where replica_regions[1] = me and home_region is null;
end $$;
