-- How many attempts at a challenge session were counted. Most challenges allow one; a code that was
-- typed wrong may be typed again under the same session, a bounded number of times.
-- family: regional
alter table used_sessions add column if not exists attempts int not null default 1;
