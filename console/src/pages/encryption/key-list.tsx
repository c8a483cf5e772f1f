// The keys of the account over the Regions.
import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useMemo, useState } from 'react'
import { isMultiRegionKeyId } from '#domain/arn.js'
import { kms } from '../../api/kms.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { isNothingTold, silentIn, useLoaded } from '../../api/use-calls.js'
import { Refusals } from '../../parts/refusals.js'
import { SilentRegions } from '../../parts/silent-regions.js'
import { LoadFailure, Status } from '../../parts/status.js'
import { hrefOf } from '../../route.js'
import { CreateKey } from './create-key.js'
import { type KeyMetadata, type KeyRow, keyRows, poolsOfKey, useKeys } from './keys.js'

const PAGE = 20
/** A call for each key and Region that is shown. */
const STATES_EVERY_MS = 15_000

export function KeyList({ pools }: { readonly pools: readonly PoolView[] }) {
  const loaded = useKeys()
  const [isCreating, setCreating] = useState(false)
  const rows = useMemo(() => keyRows(loaded.data ?? []), [loaded.data])
  const { items, filterProps, paginationProps, collectionProps } = useCollection(rows, {
    filtering: {
      filteringFunction: ({ id, aliases }, text) =>
        [id, ...aliases].some((name) => name.toLowerCase().includes(text.toLowerCase())),
    },
    pagination: { pageSize: PAGE },
  })
  const states = useStates(items)
  const none = rows.length > 0 ? 'No key matches.' : 'There is no key yet.'
  const isTold = loaded.data !== undefined && !isNothingTold(loaded.data)
  return (
    <SpaceBetween size="l">
      <LoadFailure what="Keys" of={loaded} />
      <SilentRegions names={silentIn(loaded.data)} what="keys that only they have, and states" />
      <Refusals what="Keys" answers={loaded.data} />
      <Table
        {...collectionProps}
        items={items}
        trackBy="id"
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading keys"
        columnDefinitions={columnsOf(states, pools)}
        filter={<TextFilter {...filterProps} filteringPlaceholder="Find keys" />}
        pagination={rows.length > PAGE && <Pagination {...paginationProps} />}
        empty={<Box textAlign="center">{isTold ? none : 'No Region told.'}</Box>}
        header={
          <Header
            variant="h1"
            counter={isTold && `(${rows.length})`}
            actions={
              <Button variant="primary" onClick={() => setCreating(true)}>
                Create key
              </Button>
            }
          >
            Encryption keys
          </Header>
        }
      />
      {isCreating && <CreateKey onClose={() => setCreating(false)} onDone={loaded.reload} />}
    </SpaceBetween>
  )
}

type States = ReadonlyMap<string, string>

/** The state of each shown key in each of its Regions, by Region and ID; others need no call. */
function useStates(rows: readonly KeyRow[]): States {
  const { call } = useSession()
  const asked = rows.flatMap(({ id, regions }) => regions.map((region) => ({ id, region })))
  const { data } = useLoaded(
    JSON.stringify(asked),
    async () =>
      new Map(
        await Promise.all(
          asked.map(async ({ id, region }): Promise<[string, string]> => {
            const what = kms('DescribeKey', { KeyId: id })
            const state = await call<{ KeyMetadata: KeyMetadata }>(region, what).then(
              ({ KeyMetadata: { KeyState } }) => KeyState,
              () => 'unknown',
            )
            return [`${region} ${id}`, state]
          }),
        ),
      ),
    { everyMs: STATES_EVERY_MS },
  )
  return data ?? new Map()
}

function columnsOf(states: States, pools: readonly PoolView[]) {
  return [
    {
      id: 'id',
      header: 'Key',
      isRowHeader: true,
      cell: ({ id, aliases }: KeyRow) => (
        <>
          <Link href={hrefOf('encryption', id)}>{aliases.join(', ') || id}</Link>
          {aliases.length > 0 && (
            <Box color="text-body-secondary" fontSize="body-s">
              {id}
            </Box>
          )}
        </>
      ),
    },
    {
      id: 'kind',
      header: 'Kind',
      cell: ({ id }: KeyRow) => (isMultiRegionKeyId(id) ? 'Multi-Region' : 'Single-Region'),
    },
    {
      id: 'state',
      header: 'State in each Region',
      cell: ({ id, regions }: KeyRow) => (
        <SpaceBetween size="xxs">
          {regions.map((region) => (
            <div key={region}>
              {region} <Status of={states.get(`${region} ${id}`) ?? '…'} />
            </div>
          ))}
        </SpaceBetween>
      ),
    },
    {
      id: 'pools',
      header: 'User pools',
      cell: ({ id }: KeyRow) =>
        poolsOfKey(id, pools)
          .map(({ Name }) => Name)
          .join(', ') || '–',
    },
  ]
}
