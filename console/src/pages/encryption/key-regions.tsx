// The state of a key in each of its Regions, and what can be done about it.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { type ReactNode, useState } from 'react'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { momentOf } from '../../parts/format.js'
import { Status } from '../../parts/status.js'
import { hrefOf } from '../../route.js'
import { ReplicateKey } from './create-key.js'
import type { KeyMetadata } from './keys.js'
import { StateChange, type StateChangeKind } from './state-change.js'

export interface KeyInRegion {
  readonly region: string
  readonly key: KeyMetadata
}

/** Which pools use a key. */
export interface KeyUse {
  readonly users: readonly PoolView[]
  /** Regions that did not say which pools there are. */
  readonly untold: readonly string[]
}

type Open =
  | { readonly kind: 'replicate' }
  | { readonly kind: StateChangeKind; readonly at: KeyInRegion }

export function KeyRegions({
  found,
  users,
  untold,
  silent,
  onChanged,
}: KeyUse & {
  readonly found: readonly KeyInRegion[]
  /** Regions that did not say whether they have the key. */
  readonly silent: readonly string[]
  readonly onChanged: () => unknown
}) {
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const primary = found.find(
    ({ key }) => key.MultiRegionConfiguration?.MultiRegionKeyType === 'PRIMARY',
  )
  const { session } = useSession()
  const free = session.regions
    .map(({ name }) => name)
    .filter((name) => !silent.includes(name) && found.every(({ region }) => region !== name))
  return (
    <SpaceBetween size="l">
      <UsersOf users={users} untold={untold} />
      <Table
        items={found}
        trackBy="region"
        columnDefinitions={columnsOf((kind, at) => setOpen({ kind, at }))}
        header={
          <Header
            description={describedAs(found[0]?.key)}
            actions={
              <Button
                disabled={primary === undefined || free.length === 0}
                disabledReason={whyNoReplica(found, primary, silent)}
                onClick={() => setOpen({ kind: 'replicate' })}
              >
                Replicate key
              </Button>
            }
          >
            State in each Region
          </Header>
        }
      />
      {open?.kind === 'replicate' && primary !== undefined && (
        <ReplicateKey primary={primary.key} regions={free} onClose={close} onDone={onChanged} />
      )}
      {open !== undefined && open.kind !== 'replicate' && (
        <StateChange
          kind={open.kind}
          at={open.at}
          users={users}
          onClose={close}
          onDone={onChanged}
        />
      )}
    </SpaceBetween>
  )
}

function describedAs(key: KeyMetadata | undefined): ReactNode {
  const text = key?.Description ?? ''
  return text === '' ? undefined : <span className="wrap">Description: {text}</span>
}

function whyNoReplica(
  found: readonly KeyInRegion[],
  primary: KeyInRegion | undefined,
  silent: readonly string[],
): string {
  if (primary === undefined) {
    return found.some(({ key }) => key.MultiRegion)
      ? "The Region of the key's primary does not respond."
      : 'It is no multi-Region key, and cannot become one.'
  }
  return silent.length > 0
    ? `${silent.join(' and ')} did not say whether the key is there.`
    : 'The key is in every Region.'
}

function UsersOf({ users, untold }: Pick<KeyUse, 'users' | 'untold'>) {
  if (users.length === 0 && untold.length > 0) {
    return (
      <Alert type="warning" header="User pools are not known">
        {untold.join(' and ')} did not say which there are; some may use this key.
      </Alert>
    )
  }
  if (users.length === 0) return <Alert type="info">No user pool uses this key.</Alert>
  return (
    <Alert type="info" header="User pools that use this key">
      <SpaceBetween size="xxs">
        {users.map(({ Id, Name, RegionNames }) => (
          <div key={Id}>
            <Link href={hrefOf('pools', Id)}>{Name}</Link> {Id}, in {RegionNames.join(', ')}
          </div>
        ))}
      </SpaceBetween>
    </Alert>
  )
}

function columnsOf(open: (kind: StateChangeKind, at: KeyInRegion) => void) {
  return [
    {
      id: 'region',
      header: 'Region',
      isRowHeader: true,
      cell: ({ region }: KeyInRegion) => region,
    },
    { id: 'state', header: 'State', cell: ({ key }: KeyInRegion) => <State of={key} /> },
    { id: 'kind', header: 'Kind', cell: ({ key }: KeyInRegion) => kindOf(key) },
    {
      id: 'created',
      header: 'Created',
      cell: ({ key }: KeyInRegion) => momentOf(key.CreationDate),
    },
    {
      id: 'actions',
      header: 'Change',
      minWidth: 150,
      cell: (at: KeyInRegion) => (
        <ButtonDropdown
          ariaLabel={`Change the key in ${at.region}`}
          items={actionsOf(at.key)}
          expandToViewport
          onItemClick={({ detail }) => open(detail.id as StateChangeKind, at)}
        >
          Change
        </ButtonDropdown>
      ),
    },
  ]
}

function State({ of: key }: { readonly of: KeyMetadata }) {
  const { KeyState, DeletionDate, PendingDeletionWindowInDays: days } = key
  return (
    <>
      <Status of={KeyState} />
      {DeletionDate !== undefined && (
        <Box color="text-status-error">Will be deleted {momentOf(DeletionDate)}</Box>
      )}
      {days !== undefined && (
        <Box color="text-status-error">Waits for its replicas, then {days} days</Box>
      )}
    </>
  )
}

function kindOf({ MultiRegionConfiguration: multi }: KeyMetadata): string {
  if (multi === undefined) return 'Single-Region'
  return multi.MultiRegionKeyType === 'PRIMARY'
    ? 'Multi-Region primary'
    : `Replica of ${multi.PrimaryKey.Region}`
}

function actionsOf({ KeyState }: KeyMetadata) {
  const isPending = KeyState === 'PendingDeletion' || KeyState === 'PendingReplicaDeletion'
  const pending = 'Its deletion is scheduled; cancel that first.'
  const item = (id: StateChangeKind, text: string, disabledReason: string | undefined) => ({
    id,
    text,
    disabled: disabledReason !== undefined,
    ...(disabledReason !== undefined && { disabledReason }),
  })
  const whenNot = (state: string, text: string) =>
    isPending ? pending : KeyState === state ? text : undefined
  return [
    item('enable', 'Enable', whenNot('Enabled', 'It is enabled.')),
    item('disable', 'Disable', whenNot('Disabled', 'It is disabled.')),
    item('delete', 'Schedule deletion', isPending ? 'It is scheduled.' : undefined),
    item('cancel', 'Cancel deletion', isPending ? undefined : 'No deletion is scheduled.'),
  ]
}
