-- The guards looked at a row's old owner only, so a Region could give one of its own rows away by
-- an UPDATE: from then on it was not allowed to write the row, and the new owner did not have it.
-- The owner after the UPDATE must be the writing Region, too. Triggers, as the other guards,
-- because these are not asked for rows that arrive by replication.

create or replace procedure twinpool_guard_gifts(table_name text, family text)
language plpgsql as $$
declare
  owner text := case when family in ('pool', 'directory')
    then 'new.replica_regions[1]' else 'new.origin_region' end;
begin
  execute format('create or replace trigger guard_gift before update on %I for each row '
    'when (%s is distinct from current_setting(''twinpool.region'', true)) '
    'execute function twinpool_refuse()', table_name, owner);
end $$;

create or replace procedure twinpool_adopt(
  table_name text, family text, key_columns text, notice text default null
) language plpgsql as $$
declare
  owner text := case when family in ('pool', 'directory')
    then 'old.replica_regions[1]' else 'old.origin_region' end;
begin
  execute format('alter table %I replica identity full', table_name);
  execute format('create or replace trigger birth before insert on %I '
    'for each row execute function %I()', table_name, 'twinpool_birth_' || family);
  execute format('create or replace trigger guard before update or delete on %I for each row '
    'when (%s is distinct from current_setting(''twinpool.region'', true)) '
    'execute function twinpool_refuse()', table_name, owner);
  call twinpool_guard_gifts(table_name, family);
  if notice is not null then
    execute format('create or replace trigger notice after insert or update or delete on %I '
      'for each row execute function %I()', table_name, notice);
    execute format('alter table %I enable always trigger notice', table_name);
  end if;
  call twinpool_make_replacing(table_name);
end $$;

do $$
declare
  adopted record;
begin
  for adopted in
    select c.relname, replace(p.proname, 'twinpool_birth_', '') as family
      from pg_trigger t
      join pg_class c on c.oid = t.tgrelid
      join pg_proc p on p.oid = t.tgfoid
     where t.tgname = 'birth' and c.relnamespace = current_schema()::regnamespace
     order by c.relname
  loop
    call twinpool_guard_gifts(adopted.relname, adopted.family);
  end loop;
end $$;
