-- Regional rows: what this Region says about itself. They never travel.

-- family: regional
create table if not exists regional_settings (
  user_pool_id text primary key,
  -- Email, SMS, Lambda, notification, log export and web ACL settings: src/domain/pool/settings.ts.
  settings jsonb not null default '{}',
  tags jsonb not null default '{}',
  modified_at timestamptz not null default now()
);
create or replace trigger notice after insert or update or delete on regional_settings
  for each row execute function twinpool_notify_pool();

-- family: regional
create table if not exists regional_domains (
  user_pool_id text not null,
  domain text not null,
  settings jsonb not null,
  created_at timestamptz not null,
  primary key (user_pool_id, domain)
);
create unique index if not exists regional_domains_by_name on regional_domains (domain);
create or replace trigger notice after insert or update or delete on regional_domains
  for each row execute function twinpool_notify_pool();

-- family: regional
create table if not exists codes (
  user_pool_id text not null,
  sub uuid not null,
  -- sign-up, verify:<attribute>, forgot-password: one live code of a kind at a time.
  purpose text not null,
  code_hash bytea not null,
  failures int not null default 0,
  expires_at timestamptz not null,
  primary key (user_pool_id, sub, purpose)
);
create index if not exists codes_by_expiry on codes (expires_at);

-- A challenge session is bound to the Region that sealed it, so its use is remembered here only.
-- family: regional
create table if not exists used_sessions (
  user_pool_id text not null,
  session_id uuid not null,
  expires_at timestamptz not null,
  primary key (user_pool_id, session_id)
);
create index if not exists used_sessions_by_expiry on used_sessions (expires_at);

-- family: regional
create table if not exists outbox (
  user_pool_id text not null,
  message_id uuid not null,
  message_sealed bytea not null,
  created_at timestamptz not null,
  primary key (user_pool_id, message_id)
);
create index if not exists outbox_by_time on outbox (created_at desc);

-- family: regional
create table if not exists jobs (
  user_pool_id text not null,
  job_id uuid not null,
  kind text not null,
  -- What the job is about within the pool, such as the replica's Region; one live job per subject.
  subject text not null,
  state text not null check (state in ('running', 'undoing', 'done', 'failed')),
  step text not null,
  progress jsonb not null default '{}',
  reason text,
  attempts int not null default 0,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (user_pool_id, job_id)
);
create unique index if not exists jobs_live on jobs (user_pool_id, kind, subject)
  where state in ('running', 'undoing');

-- Pools that have rows here without being here any more, and since when. A pool may be away for a
-- moment while its rows are sent again, so what it left is removed after a time of grace only.
-- family: regional
create table if not exists orphaned_pools (
  user_pool_id text primary key,
  seen_at timestamptz not null
);
