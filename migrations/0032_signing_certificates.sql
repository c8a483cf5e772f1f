-- Certificates that a pool signs SAML requests with (X.509, RSA), the private key sealed. A pool
-- gets another one each year; the earlier ones stay, since identity providers may trust them for
-- as long as they are valid.
-- family: directory
create table if not exists signing_certificates (
  user_pool_id text not null,
  serial_number text not null,
  replica_regions text[] not null,
  -- DER.
  certificate bytea not null,
  -- PKCS #8.
  private_key_sealed bytea not null,
  created_at timestamptz not null,
  primary key (user_pool_id, serial_number)
);
call twinpool_adopt('signing_certificates', 'directory', 'user_pool_id, serial_number');
