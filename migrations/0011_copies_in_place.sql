-- Copies that are made anew in place: the old rows stay, and serve, until their successors are
-- there. While a copy is unfinished, a row that arrives replaces whatever it collides with; when
-- everything has been sent, rows that are older than the rebuild are those that the owner does not
-- have any more. See src/adapters/postgres/replication/copies.ts and clearing.ts.

alter table peers
  -- The copy that the peer has called complete; the copy is unfinished while it is another one.
  add column if not exists finished_copy_id uuid,
  -- The transaction that began the rebuild: rows of older transactions have not been sent since.
  add column if not exists rebuild_xid xid8,
  -- When the database that the copy comes from was made, or last went back in time.
  add column if not exists source_created_at timestamptz,
  add column if not exists rebuild_reason text,
  add column if not exists rebuilt_at timestamptz,
  add column if not exists rebuilds int not null default 0;

-- Copies from before this migration are complete if anybody has called them so; there was no record
-- of it on this side.
update peers set finished_copy_id = copy_id where rebuild_xid is null and finished_copy_id is null;

-- The Regions whose copy here is unfinished: what is absent here may exist there.
create or replace function twinpool_unfinished_copies() returns setof text language sql stable as $$
  select d.region
    from deployment_regions d left join peers p on p.region = d.region
   where d.region <> (select region from this_region)
     and (p.copy_id is null or p.finished_copy_id is distinct from p.copy_id)
$$;

-- Whether the copy that rows of `source` belong to is finished. The apply worker of a finished copy
-- remembers it for its life, so that the triggers below cost one comparison a row: a rebuild drops
-- the subscription and with it the worker.
create or replace function twinpool_is_finished(source text) returns boolean
language plpgsql set search_path from current as $$
begin
  if current_setting('twinpool.unfinished', true) = 'yes' then return false; end if;
  if exists (select from peers p where p.region = source
      and (p.copy_id is null or p.finished_copy_id is distinct from p.copy_id)) then
    perform set_config('twinpool.unfinished', 'yes', true);
    return false;
  end if;
  perform set_config('twinpool.finished', 'yes', false);
  return true;
end $$;

-- Makes rows that arrive in an unfinished copy replace what they collide with: the row of the same
-- primary key, and rows of the same owner that hold one of its unique names. The unique indexes are
-- read from the catalogue; call this again after adding one.
create or replace procedure twinpool_make_replacing(table_name text) language plpgsql as $$
declare
  has_origin boolean := exists (select from pg_attribute
    where attrelid = table_name::regclass and attname = 'origin_region' and not attisdropped);
  owner text := case when has_origin then 'origin_region' else 'replica_regions[1]' end;
  same_key text;
  names text := '';
  name_columns text[] := '{}';
  by_index record;
begin
  for by_index in
    select i.indisprimary, bool_or(i.indexprs is not null) as has_expression,
           string_agg(format('t.%1$I = new.%1$I', a.attname), ' and ' order by k.position) as same,
           array_agg(a.attname::text order by k.position) as columns
      from pg_index i
      cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, position)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = table_name::regclass and i.indisunique and k.position <= i.indnkeyatts
     group by i.indexrelid, i.indisprimary
     order by i.indisprimary desc, i.indexrelid
  loop
    if by_index.has_expression then
      raise exception 'a unique index of % is over an expression', table_name;
    end if;
    if by_index.indisprimary then
      same_key := by_index.same;
    else
      names := names || format('delete from %I t where %s and t.%s = new.%s and not (%s);',
        table_name, by_index.same, owner, owner, same_key);
      name_columns := name_columns || by_index.columns;
    end if;
  end loop;
  execute format('create or replace function %I() returns trigger language plpgsql
    set search_path from current as $body$
    begin
      if twinpool_is_finished(new.%s) then return new; end if;
      if tg_op = ''INSERT'' then delete from %I t where %s; end if;
      %s
      return new;
    end $body$', 'twinpool_replace_' || table_name, owner, table_name, same_key, names);
  execute format('create or replace trigger replace_row before insert on %I for each row
    when (current_setting(''twinpool.finished'', true) is distinct from ''yes'')
    execute function %I()', table_name, 'twinpool_replace_' || table_name);
  execute format('alter table %I enable replica trigger replace_row', table_name);
  if name_columns <> '{}' then
    execute format('create or replace trigger replace_name before update of %s on %I
      for each row when (current_setting(''twinpool.finished'', true) is distinct from ''yes'')
      execute function %I()',
      (select string_agg(distinct quote_ident(name), ', ') from unnest(name_columns) name),
      table_name, 'twinpool_replace_' || table_name);
    execute format('alter table %I enable replica trigger replace_name', table_name);
  end if;
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
    select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where t.tgname = 'birth' and c.relnamespace = current_schema()::regnamespace
     order by c.relname
  loop
    call twinpool_make_replacing(adopted.relname);
  end loop;
end $$;
