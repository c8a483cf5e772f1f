// What a page says, and why its buttons are off, while a pool's primary Region does not respond.
import Alert from '@cloudscape-design/components/alert'
import type { PoolView } from '../api/pools.js'

export function Paused({ pool }: { readonly pool: PoolView }) {
  if (pool.paused === undefined) return null
  return (
    <Alert type="warning" header="Read-only: changes are paused">
      {pool.paused}{' '}
      {pool.seenIn.length > 0
        ? `What is shown is what ${pool.readRegion} has.`
        : 'What is shown may be out of date.'}
    </Alert>
  )
}

/** Properties of a button that is off while there is a reason. */
export function disabledBy(reason: string | undefined) {
  return reason === undefined ? {} : { disabled: true, disabledReason: reason }
}
