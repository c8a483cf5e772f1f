-- Client IDs like domain names: not unique. An ID can be chosen, so two pools with different
-- primaries could have taken one ID, and a unique index would then stop replication for good.
-- Repositories keep IDs apart, a Region is asked before it gets a replica, and should two pools
-- have one ID all the same, the older client is served.
drop index if exists user_pool_clients_by_id;
create index if not exists user_pool_clients_by_id on user_pool_clients (client_id);

-- Which pool a client ID or a domain name leads to depends on every pool that has it here, so a new
-- row or a deleted one makes all of them old in the caches. The search path is that of today,
-- because rows that arrive by replication are applied with none.
create or replace function twinpool_notify_client() returns trigger language plpgsql
set search_path from current as $$
declare
  changed user_pool_clients;
begin
  if tg_op = 'DELETE' then changed := old; else changed := new; end if;
  perform pg_notify('twinpool_pool', changed.user_pool_id);
  if tg_op <> 'UPDATE' then
    perform pg_notify('twinpool_pool', c.user_pool_id)
      from user_pool_clients c where c.client_id = changed.client_id;
  end if;
  return null;
end $$;

create or replace function twinpool_notify_domain() returns trigger language plpgsql
set search_path from current as $$
declare
  changed user_pool_domains;
begin
  if tg_op = 'DELETE' then changed := old; else changed := new; end if;
  perform pg_notify('twinpool_pool', changed.user_pool_id);
  if tg_op <> 'UPDATE' then
    perform pg_notify('twinpool_pool', d.user_pool_id)
      from (select user_pool_id, domain from user_pool_domains
             union all select user_pool_id, domain from regional_domains) d
     where d.domain = changed.domain;
  end if;
  return null;
end $$;

create or replace trigger notice after insert or update or delete on user_pool_clients
  for each row execute function twinpool_notify_client();
alter table user_pool_clients enable always trigger notice;
create or replace trigger notice after insert or update or delete on user_pool_domains
  for each row execute function twinpool_notify_domain();
alter table user_pool_domains enable always trigger notice;
