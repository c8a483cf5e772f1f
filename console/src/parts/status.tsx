// States as Cloudscape shows them: an icon, a colour and a word, never a colour alone.
import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator'
import type { CallError } from '../api/client.js'
import type { Loaded } from '../api/use-calls.js'

const TYPES: Readonly<Record<string, StatusIndicatorProps.Type>> = {
  ACTIVE: 'success',
  INACTIVE: 'stopped',
  CREATING: 'in-progress',
  DELETING: 'in-progress',
  USABLE: 'success',
  REFUSED: 'error',
  Enabled: 'success',
  Disabled: 'stopped',
  PendingDeletion: 'warning',
  CONFIRMED: 'success',
  UNCONFIRMED: 'pending',
  FORCE_CHANGE_PASSWORD: 'warning',
  RESET_REQUIRED: 'warning',
  PendingReplicaDeletion: 'warning',
  unknown: 'warning',
  up: 'success',
  down: 'error',
}

/** A status by the word that the API has for it; where that is several, a line can break there. */
export function Status({ of }: { readonly of: string }) {
  return <StatusIndicator type={TYPES[of] ?? 'info'}>{of.replaceAll('_', ' ')}</StatusIndicator>
}

/** Why something is missing from a page, with a button that tries again. */
export function LoadFailure({
  what,
  of,
}: {
  readonly what: string
  readonly of: Pick<Loaded<unknown>, 'error' | 'reload'>
}) {
  if (of.error === undefined) return null
  return (
    <Alert
      type={of.error.isUnreachable ? 'warning' : 'error'}
      header={`${what} could not be loaded`}
      action={<Button onClick={() => void of.reload()}>Try again</Button>}
    >
      {refusalOf(of.error)}
    </Alert>
  )
}

export function refusalOf({ message, type }: CallError): string {
  return `${message} (${type})`
}
