-- Which copies of rows two Regions have of each other. A subscriber gives its copy of a peer's rows
-- a new ID whenever the copy had to be made anew; a publisher seeds a copy whose ID it has not
-- seeded yet. See src/ports/replication.ts. peers.database_id names the peer's database that our
-- copy came from.
alter table peers add column if not exists copy_id uuid;
alter table peers add column if not exists seeded_copy_id uuid;
