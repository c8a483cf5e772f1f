-- What administrators did and were refused in this Region, in a chain: the hash of each entry
-- covers the one before it, under a key that the database does not have. Entries are written once.
-- Only the oldest go, when their time is over, and then the base says where the chain begins.
-- family: regional
create table if not exists audit_entries (
  seq bigint not null primary key,
  at timestamptz not null,
  -- The text that the hash is of.
  entry text not null,
  hash bytea not null
);

-- family: regional
create table if not exists audit_chain (
  id int not null primary key check (id = 1),
  head_seq bigint not null,
  head_hash bytea not null,
  base_seq bigint not null,
  base_hash bytea not null,
  -- Under the same key; of no bytes while nothing was removed.
  base_mac bytea not null
);
insert into audit_chain
  values (1, 0, decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'), '')
  on conflict do nothing;

-- Against mistakes. Who owns the table can take the trigger away, which the hashes then show.
create or replace function twinpool_keep_audit() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('twinpool.removes_audit', true) = 'yes' then
    return old;
  end if;
  raise exception 'entries of the audit are only added' using errcode = 'TP002';
end $$;
create or replace trigger keep_audit before update or delete on audit_entries
  for each row execute function twinpool_keep_audit();
create or replace trigger keep_all_audit before truncate on audit_entries
  for each statement execute function twinpool_keep_audit();
