import type { PoolTabProps } from './tab.js'

export function ResourceServersTab(_: PoolTabProps) {
  return null
}
