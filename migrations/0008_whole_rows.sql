-- Whole old rows in the log (REPLICA IDENTITY FULL) instead of an index over the primary key and
-- replica_regions. With no index over replica_regions, marking a row can leave all indexes alone,
-- which is most of what making a replica costs; and values that are stored apart come with the old
-- row, so marking need not rewrite them. Decision 0022 has the measurements.
-- Regions with and without this migration understand each other: rows are found by primary key.

create or replace procedure twinpool_adopt(
  table_name text, family text, key_columns text, notice text default null
) language plpgsql as $$
declare
  owner text := case when family in ('pool', 'directory')
    then 'old.replica_regions[1]' else 'old.origin_region' end;
begin
  execute format('alter table %I replica identity full', table_name);
  execute format('drop index if exists %I', table_name || '_identity');
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

do $$
declare
  identity record;
begin
  for identity in
    select c.relname as table_name, x.relname as index_name
      from pg_index i
      join pg_class c on c.oid = i.indrelid
      join pg_class x on x.oid = i.indexrelid
     where i.indisreplident and c.relnamespace = current_schema()::regnamespace
  loop
    execute format('alter table %I replica identity full', identity.table_name);
    execute format('drop index %I', identity.index_name);
  end loop;
end $$;

-- Room for a second version of a user in its page, which is what lets indexes be left alone.
alter table users set (fillfactor = 85);

-- The hash first: it tells users apart at its first bytes, where the pool's ID is the same for all.
drop index if exists users_by_username, users_by_email, users_by_phone, users_by_preferred;
create unique index users_by_username on users (username_hash, user_pool_id);
create unique index users_by_email on users (email_hash, user_pool_id)
  where email_hash is not null;
create unique index users_by_phone on users (phone_number_hash, user_pool_id)
  where phone_number_hash is not null;
create unique index users_by_preferred on users (preferred_username_hash, user_pool_id)
  where preferred_username_hash is not null;
