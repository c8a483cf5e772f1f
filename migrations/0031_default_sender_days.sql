-- How many emails the service's own sender sent for a pool on a day, which begins at 09:00 UTC.
-- `day` counts such days since the epoch. One row for a pool: a new day begins it anew.
-- family: regional
create table if not exists default_sender_days (
  user_pool_id text not null primary key,
  day int not null,
  sends int not null
);
