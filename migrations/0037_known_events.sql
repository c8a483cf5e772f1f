-- Which events a sign-in is compared with: those that were let in. Apart from what is sealed, so
-- that failures, of which anybody can make many, hide none of them.
alter table auth_events add column if not exists has_passed boolean not null default false;
create index if not exists auth_events_passed
  on auth_events (user_pool_id, sub, created_at desc) where has_passed;
