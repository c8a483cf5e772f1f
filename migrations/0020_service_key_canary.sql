-- A known text sealed under the service key. A node whose key does not open it has another key than
-- those that wrote this database, and does not start.
-- family: regional
create table if not exists service_key_canary (
  only_row boolean primary key default true check (only_row),
  canary_sealed bytea not null,
  created_at timestamptz not null default now()
);
