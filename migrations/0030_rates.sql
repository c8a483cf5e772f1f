-- Request rates of the account in this Region. What a category may have where it was changed, and
-- how much of the running second the processes of the Region have taken for themselves. A second
-- is worth nothing after a crash, so that table is not logged.
-- family: regional
create table if not exists provisioned_limits (
  category text not null primary key,
  requests_per_second int not null
);

-- family: regional
create unlogged table if not exists rate_windows (
  bucket text not null primary key,
  second bigint not null,
  taken int not null,
  granted int not null
);

-- Takes up to `wanted` requests of the running second for a process, by the database's clock, so
-- that all processes agree when a second ends. The bucket holds `times` what the category has.
create or replace function twinpool_take_rate(
  bucket_name text, category_name text, free int, times int, wanted int
) returns table (granted int, ends_in_ms int) language plpgsql as $$
declare
  at_now numeric := extract(epoch from clock_timestamp());
  this_second bigint := floor(at_now);
  rate int := times * coalesce(
    (select requests_per_second from provisioned_limits where category = category_name), free);
begin
  insert into rate_windows as w (bucket, second, taken, granted)
  values (bucket_name, this_second, least(wanted, rate), least(wanted, rate))
  on conflict (bucket) do update set
    second = greatest(w.second, excluded.second),
    granted = greatest(0, least(wanted,
      rate - case when w.second >= excluded.second then w.taken else 0 end)),
    taken = case when w.second >= excluded.second then w.taken else 0 end
      + greatest(0, least(wanted,
          rate - case when w.second >= excluded.second then w.taken else 0 end))
  returning w.granted, ceil(1000 * (w.second + 1 - at_now))::int into granted, ends_in_ms;
  return next;
end $$;
