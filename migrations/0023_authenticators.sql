-- What users sign in with besides passwords. Written by the pool's primary Region; columns named
-- *_sealed are envelopes of the pool's data key. A user's rows go with the user.

-- Secrets of authenticator apps (TOTP), one of a kind for each user.
-- family: directory
create table if not exists authenticators (
  user_pool_id text not null,
  sub uuid not null,
  kind text not null,
  replica_regions text[] not null,
  -- The shared secret and the name that the user gave to the device.
  authenticator_sealed bytea not null,
  -- Null until a first code has shown that the user has the secret.
  verified_at timestamptz,
  created_at timestamptz not null,
  primary key (user_pool_id, sub, kind)
);
call twinpool_adopt('authenticators', 'directory', 'user_pool_id, sub, kind');

-- family: directory
create table if not exists passkeys (
  user_pool_id text not null,
  -- HMAC-SHA-256 of the credential ID under the pool's index key.
  credential_hash bytea not null,
  sub uuid not null,
  replica_regions text[] not null,
  -- Credential ID, public key (COSE), transports, name, relying party ID.
  passkey_sealed bytea not null,
  created_at timestamptz not null,
  primary key (user_pool_id, credential_hash)
);
call twinpool_adopt('passkeys', 'directory', 'user_pool_id, credential_hash');
create index if not exists passkeys_by_user on passkeys (user_pool_id, sub);

-- Devices that are tracked, and their own SRP verifiers.
-- family: directory
create table if not exists devices (
  user_pool_id text not null,
  sub uuid not null,
  device_key text not null,
  replica_regions text[] not null,
  -- Group key, salt, verifier and attributes such as the name.
  device_sealed bytea not null,
  is_remembered boolean not null default false,
  created_at timestamptz not null,
  modified_at timestamptz not null,
  primary key (user_pool_id, sub, device_key)
);
call twinpool_adopt('devices', 'directory', 'user_pool_id, sub, device_key');

-- How many messages of a purpose were sent to a user until `expires_at`. It outlives the codes that
-- were in them: taking one must not make room for another.
-- family: regional
create table if not exists send_limits (
  user_pool_id text not null,
  sub uuid not null,
  purpose text not null,
  sends int not null,
  expires_at timestamptz not null,
  primary key (user_pool_id, sub, purpose)
);
create index if not exists send_limits_by_expiry on send_limits (expires_at);

insert into send_limits (user_pool_id, sub, purpose, sends, expires_at)
select user_pool_id, sub, substring(purpose for 1000 from 7), failures, expires_at
  from codes where purpose like 'sends:%'
    on conflict do nothing;
delete from codes where purpose like 'sends:%';
