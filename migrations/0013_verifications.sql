-- What this Region knows about other Regions' copies of its rows: when each was last found equal,
-- where the comparison that is under way goes on after a restart, and what was mended so far. The
-- subject is a pool's ID or, for tables of the deployment, 'account'.
-- family: regional
create table if not exists verifications (
  subject text not null,
  region text not null,
  -- The end of the last comparison that left nothing different; null before the first.
  verified_at timestamptz,
  -- The end of the last comparison, whatever it found.
  compared_at timestamptz,
  cursor jsonb,
  repairs int not null default 0,
  rows_resent bigint not null default 0,
  rows_removed bigint not null default 0,
  primary key (subject, region)
);
