-- Search terms compare without case since this version. Rows whose terms do carry the term
-- 7381237492737114113, which no value has by design. The index holds the others, which the leader
-- gives new terms, and is empty soon after.
-- family: directory
create index if not exists users_by_old_search_terms on users (user_pool_id, sub)
  where not (search_terms @> '{7381237492737114113}');
