-- Links that sign somebody in to the console once. What a link is, its token says, which is sealed;
-- the row is what is taken away when it is used.
-- family: regional
create table if not exists console_links (
  link_id text primary key,
  expires_at timestamptz not null
);
create index if not exists console_links_by_expiry on console_links (expires_at);
