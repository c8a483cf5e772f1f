-- Which travelling tables a peer's database has, as the last review of it saw. A publication leaves
-- out what the peer could not apply, which a version before this one, or after it, may not have.
-- Null until the first review.
alter table peers add column if not exists tables text[];
