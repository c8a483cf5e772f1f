-- Whether a database went back in time: restored from a backup or a snapshot, or a standby that was
-- promoted without the last of the log. Each Region writes down during which times it has beaten,
-- and each beat of a peer that has arrived; a beat that arrived and that its Region knows nothing
-- of is proof. See src/adapters/postgres/replication/history.ts.

-- Times during which this database wrote heartbeats, one for each life of the server. A gap begins
-- a new one, so that a time in which nothing was written is not part of any.
-- family: regional
create table if not exists beat_periods (
  server_started_at timestamptz not null,
  first_beat_at timestamptz not null,
  last_beat_at timestamptz not null,
  primary key (first_beat_at)
);

-- Beats of peers that have arrived, kept until the peer's periods were seen to contain them; the
-- newest stays. `database_id` is the peer's database as it was known then.
-- family: regional
create table if not exists seen_beats (
  region text not null,
  beat_at timestamptz not null,
  database_id uuid not null,
  -- A beat from before one that had arrived already: beats of one history only grow.
  is_backward boolean not null,
  primary key (region, beat_at, database_id)
);

alter table this_region
  -- Of the server's log; a standby that is promoted, or a recovery to a point in time, begins one.
  add column if not exists timeline text,
  -- When the database was last found to have gone back.
  add column if not exists restored_at timestamptz,
  add column if not exists restored_reason text;

-- What a Region beat before it had periods is one of its own.
insert into beat_periods (server_started_at, first_beat_at, last_beat_at)
select pg_postmaster_start_time(), '-infinity', h.beat_at
  from heartbeats h join this_region r on r.region = h.origin_region
on conflict do nothing;

-- Beats grow in one history, whatever the clock does, and belong to a period. Ordinary: it fires
-- for this Region's own beats only.
create or replace function twinpool_beat() returns trigger language plpgsql as $$
declare
  latest beat_periods;
begin
  select * into latest from beat_periods order by first_beat_at desc limit 1 for update;
  if latest.last_beat_at >= new.beat_at then
    new.beat_at := latest.last_beat_at + interval '1 microsecond';
  end if;
  if latest.server_started_at = pg_postmaster_start_time()
      and latest.last_beat_at > new.beat_at - interval '10 seconds' then
    update beat_periods set last_beat_at = new.beat_at
     where first_beat_at = latest.first_beat_at;
  else
    insert into beat_periods (server_started_at, first_beat_at, last_beat_at)
    values (pg_postmaster_start_time(), new.beat_at, new.beat_at);
    delete from beat_periods where last_beat_at < new.beat_at - interval '90 days';
  end if;
  return new;
end $$;
create or replace trigger beat before insert or update of beat_at on heartbeats
  for each row execute function twinpool_beat();

-- Writes down a beat that arrives.
create or replace function twinpool_see_beat() returns trigger
language plpgsql set search_path from current as $$
begin
  insert into seen_beats (region, beat_at, database_id, is_backward)
  select p.region, new.beat_at, p.database_id, exists (
           select from seen_beats s where s.region = p.region and s.database_id = p.database_id
              and s.beat_at > new.beat_at)
    from peers p
   where p.region = new.origin_region and p.database_id is not null
      on conflict do nothing;
  return null;
end $$;
create or replace trigger see_beat after insert or update on heartbeats
  for each row execute function twinpool_see_beat();
alter table heartbeats enable replica trigger see_beat;

-- How far the peer's clock was ahead of ours when it was greeted last.
alter table peers add column if not exists clock_skew_ms int;
