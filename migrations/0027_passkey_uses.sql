-- Signature counters of passkeys (Web Authentication, section 6.1.1): a counter that does not grow
-- is the sign of a copied authenticator. Authenticators without one say 0 each time.
-- family: runtime
create table if not exists passkey_uses (
  user_pool_id text not null,
  origin_region text not null,
  credential_hash bytea not null,
  sub uuid not null,
  replica_regions text[] not null,
  -- The greatest of any origin counts.
  sign_count bigint not null,
  used_at timestamptz not null,
  primary key (user_pool_id, origin_region, credential_hash)
);
call twinpool_adopt('passkey_uses', 'runtime', 'user_pool_id, origin_region, credential_hash');
create index if not exists passkey_uses_by_credential
  on passkey_uses (user_pool_id, credential_hash);
create index if not exists passkey_uses_by_user on passkey_uses (user_pool_id, sub);
