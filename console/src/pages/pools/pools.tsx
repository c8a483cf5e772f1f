// The user pools of the deployment, with where each of them lives.

import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useState } from 'react'
import { type PoolView, usePools } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { isNothingTold } from '../../api/use-calls.js'
import { Change } from '../../parts/change.js'
import { momentOf } from '../../parts/format.js'
import { RegionSelect } from '../../parts/region-select.js'
import { SilentRegions } from '../../parts/silent-regions.js'
import { LoadFailure, Status } from '../../parts/status.js'
import { hrefOf } from '../../route.js'

export function PoolsPage() {
  const loaded = usePools()
  const [isCreating, setCreating] = useState(false)
  const told = loaded.data && (isNothingTold(loaded.data.answers) ? undefined : loaded.data.pools)
  const untold = loaded.data?.untold ?? []
  const { items, filterProps, collectionProps } = useCollection(told ?? [], {
    filtering: { fields: ['Name', 'Id'] },
    sorting: { defaultState: { sortingColumn: { sortingField: 'Name' } } },
  })
  return (
    <SpaceBetween size="l">
      <LoadFailure what="User pools" of={loaded} />
      <SilentRegions names={loaded.data?.silent ?? []} what="user pools that only they have" />
      <Table
        {...collectionProps}
        variant="full-page"
        items={items}
        trackBy="Id"
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading user pools"
        columnDefinitions={COLUMNS}
        filter={<TextFilter {...filterProps} filteringPlaceholder="Find user pools" />}
        empty={
          <Box textAlign="center">
            {told === undefined
              ? 'No Region told its user pools.'
              : untold.length > 0
                ? 'The Regions that told have no user pool.'
                : told.length > 0
                  ? 'No user pool matches.'
                  : 'There is no user pool yet.'}
          </Box>
        }
        header={
          <Header
            variant="h1"
            counter={told && `(${told.length})`}
            actions={
              <Button variant="primary" onClick={() => setCreating(true)}>
                Create user pool
              </Button>
            }
          >
            User pools
          </Header>
        }
      />
      {isCreating && (
        <CreatePool onClose={() => setCreating(false)} onDone={() => loaded.reload()} />
      )}
    </SpaceBetween>
  )
}

const COLUMNS = [
  {
    id: 'name',
    header: 'Name',
    sortingField: 'Name',
    isRowHeader: true,
    cell: ({ Id, Name }: PoolView) => <Link href={hrefOf('pools', Id)}>{Name}</Link>,
  },
  { id: 'id', header: 'ID', sortingField: 'Id', cell: ({ Id }: PoolView) => Id },
  {
    id: 'primary',
    header: 'Primary Region',
    sortingField: 'PrimaryRegion',
    cell: ({ PrimaryRegion, isPrimaryUp }: PoolView) =>
      isPrimaryUp ? (
        PrimaryRegion
      ) : (
        <>
          {PrimaryRegion} <Status of="down" />
        </>
      ),
  },
  {
    id: 'replicas',
    header: 'Replicas',
    cell: (pool: PoolView) =>
      pool.RegionNames.filter((region) => region !== pool.PrimaryRegion).join(', ') || '–',
  },
  {
    id: 'tier',
    header: 'Plan',
    sortingField: 'UserPoolTier',
    cell: (p: PoolView) => p.UserPoolTier,
  },
  { id: 'created', header: 'Created', cell: (p: PoolView) => momentOf(p.CreationDate) },
]

function CreatePool({
  onClose,
  onDone,
}: {
  readonly onClose: () => void
  readonly onDone: () => unknown
}) {
  const { session } = useSession()
  const [name, setName] = useState('')
  const [region, setRegion] = useState(session.region)
  const PoolName = name.trim()
  return (
    <Change
      title="Create user pool"
      action="Create user pool"
      region={region}
      calls={[{ service: 'cognito-idp', operation: 'CreateUserPool', input: { PoolName } }]}
      isReady={PoolName !== ''}
      done={`The user pool ${PoolName} was created.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="Name">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label="Primary Region" description="Where its users sign up and are changed.">
        <RegionSelect
          regions={session.regions.map(({ name: each }) => each)}
          region={region}
          onRegion={setRegion}
        />
      </FormField>
    </Change>
  )
}
