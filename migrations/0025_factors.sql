-- What a user signs in with besides the password, in one envelope that a sign-in reads with the
-- row: the secret of an authenticator app and the preferences (src/domain/user/factors.ts). The
-- table `authenticators` of an earlier version would have cost every sign-in another look.
-- family: directory
alter table users add column if not exists factors_sealed bytea;
