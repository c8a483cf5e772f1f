// The columns of a month's usage as a file: those of `twinpool usage --csv` are those of the file
// that the console makes, so that whoever reads them need not know which it was. This file runs in
// the browser too.

/** One row for each user pool. */
export const USAGE_CSV_HEADING = [
  'month',
  'user_pool_id',
  'name',
  'tier',
  'monthly_active_users',
  'monthly_active_users_lite',
  'monthly_active_users_essentials',
  'monthly_active_users_plus',
  'machine_tokens',
  'replica_regions',
  'replica_months',
  'total_usd',
  'seen_from',
] as const
