-- How the customer managed keys of pools are, as this Region's service finds them: a row for each
-- change, of which the newest says how it is now.
-- family: regional
create table if not exists key_health (
  user_pool_id text not null,
  since timestamptz not null,
  kms_key_arn text not null,
  -- Both null: the key serves the pool.
  failed_action text,
  refusal text,
  checked_at timestamptz not null,
  primary key (user_pool_id, since)
);
