import type { PoolTabProps } from './tab.js'

export function DomainsTab(_: PoolTabProps) {
  return null
}
