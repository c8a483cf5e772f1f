-- What is metered: who was active in a month, the tokens that machines got, for how long a pool had
-- a replica, and which endpoints callers use. Rows hold counts and no contents. See docs/usage.md
-- and docs/decisions/0064.
--
-- Counts are absolute and bear the recorder that counted them, one run of one process: written
-- twice they are the same, and a row that two Regions have counts once.

-- A user who was active in a month, by the Region that noticed it; the union of all origins
-- counts. The user may be deleted since.
-- family: runtime
create table if not exists monthly_active_users (
  user_pool_id text not null,
  origin_region text not null,
  -- The first day of the month, in UTC.
  month date not null,
  sub uuid not null,
  replica_regions text[] not null,
  -- The highest that the pool had when the user was active; the highest of any origin counts.
  tier text not null,
  primary key (user_pool_id, origin_region, month, sub)
);
call twinpool_adopt('monthly_active_users', 'runtime', 'user_pool_id, origin_region, month, sub');
create index if not exists monthly_active_users_by_month
  on monthly_active_users (month, user_pool_id, sub);

-- family: runtime
create table if not exists machine_token_counts (
  user_pool_id text not null,
  origin_region text not null,
  recorder_id uuid not null,
  client_id text not null,
  month date not null,
  replica_regions text[] not null,
  tokens bigint not null,
  primary key (user_pool_id, origin_region, recorder_id, client_id, month)
);
call twinpool_adopt('machine_token_counts', 'runtime',
  'user_pool_id, origin_region, recorder_id, client_id, month');
create index if not exists machine_token_counts_by_month on machine_token_counts (month);

-- A life of a replica, from its creation on; its end is moved on while it is there.
-- family: runtime
create table if not exists replica_periods (
  user_pool_id text not null,
  origin_region text not null,
  region text not null,
  since timestamptz not null,
  replica_regions text[] not null,
  until timestamptz not null,
  primary key (user_pool_id, origin_region, region, since)
);
call twinpool_adopt('replica_periods', 'runtime', 'user_pool_id, origin_region, region, since');
create index if not exists replica_periods_by_end on replica_periods (until);

-- Who uses which endpoint, by day (UTC). Host and user agent are callers' words, of which a process
-- keeps so many in a day and calls the rest `other`.
-- family: runtime
create table if not exists endpoint_uses (
  user_pool_id text not null,
  origin_region text not null,
  recorder_id uuid not null,
  day date not null,
  -- Empty where no app client is known.
  client_id text not null,
  kind text not null,
  issuer_form text not null,
  host text not null,
  user_agent text not null,
  replica_regions text[] not null,
  calls bigint not null,
  last_seen_at timestamptz not null,
  primary key (user_pool_id, origin_region, recorder_id, day, client_id, kind, issuer_form, host,
    user_agent)
);
call twinpool_adopt('endpoint_uses', 'runtime',
  'user_pool_id, origin_region, recorder_id, day, client_id, kind, issuer_form, host, user_agent');
create index if not exists endpoint_uses_by_day on endpoint_uses (day);
