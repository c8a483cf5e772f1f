-- User import: jobs, the CSV files that were uploaded for them, and a line of log for each row. An
-- import runs in the pool's primary Region; what it makes are users, which travel.

-- family: regional
create table if not exists user_imports (
  user_pool_id text not null,
  job_id text not null,
  -- The order in which jobs are listed.
  seq bigint generated always as identity,
  name text not null,
  role_arn text not null,
  status text not null,
  -- SHA-256 of what the upload's URL bears.
  upload_hash bytea not null,
  -- The upload whose chunks are the file; null until one was received as a whole.
  upload_id uuid,
  -- The next chunk to import. It grows in the transaction that writes the chunk's users.
  next_chunk int not null default 0,
  imported bigint not null default 0,
  skipped bigint not null default 0,
  failed bigint not null default 0,
  completion_message text,
  created_at timestamptz not null,
  started_at timestamptz,
  completed_at timestamptz,
  primary key (user_pool_id, job_id)
);
create index if not exists user_imports_live on user_imports (seq)
  where status in ('Pending', 'InProgress', 'Stopping');

-- Whole lines of the file; chunk 0 is the header.
-- family: regional
create table if not exists user_import_chunks (
  user_pool_id text not null,
  job_id text not null,
  upload_id uuid not null,
  chunk int not null,
  -- The number in the file of the chunk's first line.
  first_line bigint not null,
  lines_sealed bytea not null,
  created_at timestamptz not null default now(),
  primary key (user_pool_id, job_id, upload_id, chunk)
);

-- Log lines of a chunk. They name lines by number, and no user.
-- family: regional
create table if not exists user_import_logs (
  user_pool_id text not null,
  job_id text not null,
  chunk int not null,
  lines text not null,
  primary key (user_pool_id, job_id, chunk)
);
