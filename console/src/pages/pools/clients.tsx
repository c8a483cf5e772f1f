import type { PoolTabProps } from './tab.js'

export function ClientsTab(_: PoolTabProps) {
  return null
}
