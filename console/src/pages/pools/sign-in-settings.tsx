import type { PoolTabProps } from './tab.js'

export function SignInTab(_: PoolTabProps) {
  return null
}
