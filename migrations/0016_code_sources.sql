-- Wrong guesses at a code are counted for each network that they come from, besides all together:
-- one that guesses wrong uses up its own guesses and not those of the user, who is somewhere else.
-- family: regional
alter table codes add column if not exists source_failures jsonb not null default '{}';
