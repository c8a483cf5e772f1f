-- What the subscription to a peer was made with, as the SHA-256 of its connection string. The
-- string itself is in pg_subscription, where superusers alone may read it, because it may have a
-- password. Null until a node of this version has reviewed the subscription.
alter table peers add column if not exists conninfo_hash text;
