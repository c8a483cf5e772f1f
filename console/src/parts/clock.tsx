// Says that the clock of this browser is wrong: pages tell how long ago something was by it.
import Alert from '@cloudscape-design/components/alert'
import type { Session } from '../api/client.js'
import { durationOf } from './format.js'

/** A response takes a while, and its time is in whole seconds. */
const TOLERATED_SECONDS = 30

export function WrongClock({ session: { clockAheadSeconds } }: { readonly session: Session }) {
  const off = Math.abs(clockAheadSeconds)
  if (off <= TOLERATED_SECONDS) return null
  return (
    <Alert type="warning" header="The clock of this computer is wrong">
      It is {durationOf(off)} {clockAheadSeconds > 0 ? 'ahead of' : 'behind'} the service's. Moments
      are right, but not how long ago they were.
    </Alert>
  )
}
