// Enables, disables and deletes a key in one Region. What stops sign-ins says whose, and asks for
// the Region to be typed, since the same key goes on in others.
import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { kms } from '../../api/kms.js'
import { type PoolView, usePools } from '../../api/pools.js'
import { Change } from '../../parts/change.js'
import { WithinLease } from './key-lease.js'
import type { KeyInRegion } from './key-regions.js'
import { poolNames } from './keys.js'

export type StateChangeKind = 'enable' | 'disable' | 'delete' | 'cancel'

const WORDS = {
  enable: { title: 'Enable key', operation: 'EnableKey', done: 'is enabled' },
  disable: { title: 'Disable key', operation: 'DisableKey', done: 'is disabled' },
  delete: { title: 'Schedule deletion', operation: 'ScheduleKeyDeletion', done: 'will be deleted' },
  cancel: { title: 'Cancel deletion', operation: 'CancelKeyDeletion', done: 'is kept, disabled' },
} as const

/** What KMS takes. */
const DAYS = { least: 7, most: 30 }

export function StateChange({
  kind,
  at: { region, key },
  users,
  onClose,
  onDone,
}: {
  readonly kind: StateChangeKind
  readonly at: KeyInRegion
  readonly users: readonly PoolView[]
  readonly onClose: () => void
  readonly onDone: () => unknown
}) {
  const [days, setDays] = useState(String(DAYS.most))
  const { title, operation, done } = WORDS[kind]
  const isDestructive = kind === 'disable' || kind === 'delete'
  const window = Number(days)
  const isWindow = /^\d+$/.test(days) && window >= DAYS.least && window <= DAYS.most
  const input = { KeyId: key.KeyId, ...(kind === 'delete' && { PendingWindowInDays: window }) }
  return (
    <Change
      title={`${title} in ${region}`}
      action={title}
      region={region}
      calls={[kms(operation, input)]}
      isReady={kind !== 'delete' || isWindow}
      typed={isDestructive ? `${kind} ${region}` : undefined}
      done={`The key ${done} in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      {isDestructive && <Stopped region={region} users={users} isDeleted={kind === 'delete'} />}
      {kind === 'delete' && (
        <FormField
          label="Days until it is deleted"
          description="Until then it can be taken back, but the key cannot be used."
          errorText={isWindow ? undefined : `A number from ${DAYS.least} to ${DAYS.most}.`}
        >
          <Input
            value={days}
            inputMode="numeric"
            onChange={({ detail }) => setDays(detail.value)}
          />
        </FormField>
      )}
      {kind === 'cancel' && (
        <p>The key stays disabled until you enable it; user pools need it enabled.</p>
      )}
      {kind === 'enable' && users.length > 0 && (
        <p>Its user pools sign in again with the next call; no restart is needed.</p>
      )}
    </Change>
  )
}

function Stopped({
  region,
  users,
  isDeleted,
}: {
  readonly region: string
  readonly users: readonly PoolView[]
  readonly isDeleted: boolean
}) {
  const { data: pools, error } = usePools()
  const here = users.filter(({ RegionNames }) => RegionNames.includes(region))
  if (pools === undefined || error !== undefined) {
    return (
      <Alert type="warning" header="User pools are not known">
        They could not be listed. Those of {region} that use the key stop signing in there.
      </Alert>
    )
  }
  if (here.length === 0) {
    return <Alert type="info">No user pool in {region} uses this key.</Alert>
  }
  const elsewhere = [
    ...new Set(here.flatMap(({ RegionNames }) => RegionNames.filter((name) => name !== region))),
  ]
  return (
    <Alert type="warning" header={`Sign-ins stop in ${region}`}>
      <p>
        {poolNames(here)} will stop signing in there <WithinLease region={region} />.
      </p>
      {elsewhere.length > 0 && (
        <p>
          Pools that live also in {elsewhere.join(', ')} go on there, if the key is usable there.
        </p>
      )}
      {isDeleted && (
        <p>
          Once the key is deleted everywhere, what it encrypts is lost for good: names, attributes,
          verifiers, client secrets and signing keys.
        </p>
      )}
    </Alert>
  )
}
