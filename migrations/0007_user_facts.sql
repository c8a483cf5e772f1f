-- What a sign-in or a refresh must know of a user besides the row itself, as one function, so that
-- the statement which every sign-in sends stays short: its text is sent, hashed and compared each
-- time. The planner inlines it.

-- Failed password attempts of all Regions add up. A Region's row counts while its last failure is
-- newer than every Region's last success, and not more than 15 minutes before the newest failure of
-- all: after so long in peace, old failures are forgiven.
create or replace function twinpool_failed_attempts(pool_id text, user_sub uuid)
returns table (failures int, last_failure_at timestamptz) language sql stable as $$
  select coalesce(sum(f.failures), 0)::int, max(f.last_failure_at)
    from failed_attempts f,
      (select max(e.last_success_at) as success_at,
          max(e.last_failure_at) - interval '15 minutes' as horizon
         from failed_attempts e where e.user_pool_id = pool_id and e.sub = user_sub) latest
   where f.user_pool_id = pool_id and f.sub = user_sub and f.failures > 0
     and f.last_failure_at > coalesce(latest.success_at, '-infinity')
     and f.last_failure_at > latest.horizon
$$;

-- Groups by precedence and name, the sum of failed attempts, and the latest sign-out anywhere.
create or replace function twinpool_user_facts(pool_id text, user_sub uuid)
returns table (groups jsonb, failures int, last_failure_at timestamptz, signed_out_at timestamptz)
language sql stable as $$
  select
    (select jsonb_agg(jsonb_build_object('name', g.group_name, 'roleArn', g.role_arn,
          'precedence', g.precedence) order by g.precedence nulls last, g.group_name)
       from group_memberships m
       join groups g on g.user_pool_id = m.user_pool_id and g.group_name = m.group_name
      where m.user_pool_id = pool_id and m.sub = user_sub),
    attempts.failures, attempts.last_failure_at,
    (select max(o.signed_out_at) from sign_outs o
      where o.user_pool_id = pool_id and o.sub = user_sub)
    from twinpool_failed_attempts(pool_id, user_sub) attempts
$$;
