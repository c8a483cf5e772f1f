// What every tab of a user pool's page is given.
import type { PoolView } from '../../api/pools.js'

export interface PoolTabProps {
  readonly pool: PoolView
  /** What the address has after the tab: the name of a user or a group. */
  readonly rest: readonly string[]
}
