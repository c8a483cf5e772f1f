-- The embedded KMS of this Region. A multi-Region key crosses to another Region over the region
-- link only, so nothing here travels by replication. Key material is sealed under a key derived
-- from the service key and the Region.

-- family: regional
create table if not exists kms_keys (
  key_id text primary key,
  -- Everything DescribeKey tells, as JSON: src/kms/key.ts is its type.
  metadata jsonb not null,
  -- The sealed backing keys, newest first; ciphertexts name the one they were made under.
  material_sealed bytea,
  policy text not null,
  tags jsonb not null default '{}',
  created_at timestamptz not null
);

-- family: regional
create table if not exists kms_aliases (
  alias_name text primary key,
  key_id text not null references kms_keys (key_id),
  created_at timestamptz not null,
  modified_at timestamptz not null
);
