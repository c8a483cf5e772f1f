-- How sign-ins and changes of passwords went, of pools with threat protection. An event is the row
-- of the Region that served it, which writes it again as the sign-in goes on; it is kept for two
-- years.
-- family: runtime
create table if not exists auth_events (
  user_pool_id text not null,
  origin_region text not null,
  event_id uuid not null,
  sub uuid not null,
  replica_regions text[] not null,
  -- How many challenges were met; a row never goes back to an earlier state of the sign-in.
  step int not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- What happened, from where and on what.
  event_sealed bytea not null,
  primary key (user_pool_id, origin_region, event_id)
);
call twinpool_adopt('auth_events', 'runtime', 'user_pool_id, origin_region, event_id');
create index if not exists auth_events_by_user
  on auth_events (user_pool_id, sub, created_at desc, event_id desc);
create index if not exists auth_events_by_expiry on auth_events (expires_at);

-- What an administrator or the user says of an event. Any Region may be told of events of all; the
-- latest word of any origin counts.
-- family: runtime
create table if not exists auth_event_feedback (
  user_pool_id text not null,
  origin_region text not null,
  event_id uuid not null,
  sub uuid not null,
  replica_regions text[] not null,
  -- Valid or Invalid.
  value text not null,
  -- Admin or User.
  provider text not null,
  given_at timestamptz not null,
  -- As the event.
  expires_at timestamptz not null,
  primary key (user_pool_id, origin_region, event_id)
);
call twinpool_adopt('auth_event_feedback', 'runtime', 'user_pool_id, origin_region, event_id');
create index if not exists auth_event_feedback_by_event
  on auth_event_feedback (user_pool_id, event_id);
create index if not exists auth_event_feedback_by_user on auth_event_feedback (user_pool_id, sub);
create index if not exists auth_event_feedback_by_expiry on auth_event_feedback (expires_at);
