import type { PoolTabProps } from './tab.js'

export function MessagesTab(_: PoolTabProps) {
  return null
}
