-- The processes of this Region's nodes, workers included: a row for each run, which the process
-- writes every 15 seconds and removes at its end. Moments are of the database's clock, so that rows
-- of machines whose clocks differ can be compared.
-- family: regional
create table if not exists nodes (
  node_id uuid not null primary key,
  host_name text not null,
  pid int not null,
  version text not null,
  node_version text not null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  -- Of all rows at most one: a leader takes it from the others.
  is_leader boolean not null
);

-- How far this Region and each peer were apart in the last hour: what the leader read every 15
-- seconds. The two counters only grow, until the subscription or the comparison begins anew.
-- family: regional
create table if not exists replication_samples (
  at timestamptz not null,
  peer text not null,
  -- Null: no heartbeat of the peer has arrived yet.
  lag_ms float8,
  pending_bytes bigint not null,
  apply_failures bigint not null,
  rows_repaired bigint not null,
  primary key (at, peer)
);
