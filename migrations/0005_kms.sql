-- The embedded KMS of this Region. A multi-Region key crosses to another Region over the region
-- link only, so nothing here travels by replication. Key material is sealed under a key derived
-- from the service key and the Region.

-- family: regional
create table if not exists kms_keys (
  key_id text primary key,
  description text not null,
  state text not null
    check (state in ('Enabled', 'Disabled', 'PendingDeletion', 'PendingReplicaDeletion')),
  policy text not null,
  tags jsonb not null default '{}',
  -- The sealed backing keys, newest first; ciphertexts name the one they were made under.
  material_sealed bytea not null,
  -- The Region of the primary key of a multi-Region key; null for a single-Region key.
  primary_region text,
  -- The Regions that hold a replica, with what the primary remembers of each, so that a Region
  -- that lost its database gets its keys back as they were.
  replicas jsonb not null default '[]',
  created_at timestamptz not null,
  -- Known from ScheduleKeyDeletion on; the moment is unknown while replicas are left.
  deletion_window_days int,
  deletion_at timestamptz
);
create index if not exists kms_keys_by_deletion on kms_keys (deletion_at)
  where deletion_at is not null;

-- family: regional
create table if not exists kms_aliases (
  alias_name text primary key,
  key_id text not null references kms_keys (key_id) on delete cascade,
  created_at timestamptz not null,
  modified_at timestamptz not null
);
create index if not exists kms_aliases_by_key on kms_aliases (key_id);

-- Replicas that were deleted here on purpose. The primary's Region asks for them, and must not
-- take them for lost and bring them back.
-- family: regional
create table if not exists kms_deleted_replicas (
  key_id text primary key,
  deleted_at timestamptz not null
);
