-- Password hashes in user imports.

-- family: regional
-- PasswordHashingAlgorithmType; null where the file has no hashes.
alter table user_imports add column if not exists hash_algorithm text;
