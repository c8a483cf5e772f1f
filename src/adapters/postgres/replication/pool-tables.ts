// The tables that hold rows of pools, by family. A test compares them with the migrations, so that
// a new table cannot be forgotten when a pool is removed.
import { TRAVELLING_TABLES } from './tables.js'

const namesOf = (family: 'directory' | 'runtime') =>
  TRAVELLING_TABLES.filter((table) => table.family === family).map((table) => table.name)

/** Parents first. */
export const directoryTables: readonly string[] = namesOf('directory')

export const runtimeTables: readonly string[] = namesOf('runtime')

/** Rows of this Region about its pools. */
export const regionalTables: readonly string[] = [
  'regional_settings',
  'regional_domains',
  'codes',
  'send_limits',
  'used_sessions',
  'rotation_families',
  'rotation_conflicts',
  'outbox',
  'jobs',
]
