// What administrators did and were refused, of all Regions, and whether the record is whole.
import { useCollection } from '@cloudscape-design/collection-hooks'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Header from '@cloudscape-design/components/header'
import PropertyFilter, {
  type PropertyFilterProps,
} from '@cloudscape-design/components/property-filter'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import Toggle from '@cloudscape-design/components/toggle'
import { useEffect, useMemo, useState } from 'react'
import { withoutEnded } from '#domain/audit/merged.js'
import { silentIn } from '../../api/use-calls.js'
import { download } from '../../parts/download.js'
import { countOf } from '../../parts/format.js'
import { Refusals } from '../../parts/refusals.js'
import { SilentRegions } from '../../parts/silent-regions.js'
import { hrefOf, useAddress } from '../../route.js'
import { COLUMNS } from './columns.js'
import { type Activity, type ActivityRow, csvOf, jsonLinesOf, useActivity } from './entries.js'
import { FILTERING_PROPERTIES, queryOf, textOf } from './filter.js'
import { VerifyChain } from './verify-chain.js'

export function ActivityPage() {
  const activity = useActivity()
  const [isVerifying, setVerifying] = useState(false)
  const answers = activity.regions.map(({ region, error }) => ({
    region,
    error,
    output: undefined,
  }))
  return (
    <SpaceBetween size="l">
      <SilentRegions names={silentIn(answers)} what="what was done there" />
      <Refusals what="The activity" answers={answers} />
      {isVerifying && <VerifyChain onClose={() => setVerifying(false)} />}
      <ActivityTable activity={activity} onVerify={() => setVerifying(true)} />
    </SpaceBetween>
  )
}

function ActivityTable({
  activity,
  onVerify,
}: {
  readonly activity: Activity
  readonly onVerify: () => void
}) {
  const [query, setQuery] = useQueryOfAddress()
  const [hasBeginnings, setBeginnings] = useState(false)
  const rows = useMemo(
    () => (hasBeginnings ? activity.rows : withoutEnded(activity.rows, (row) => row)),
    [activity.rows, hasBeginnings],
  )
  const { allPageItems, filteredItemsCount, propertyFilterProps, collectionProps, actions } =
    useCollection(rows, {
      propertyFiltering: { filteringProperties: FILTERING_PROPERTIES, defaultQuery: query },
    })
  const { setPropertyFiltering } = actions
  // An address with another filter shows that, also by the browser's "back".
  // biome-ignore lint/correctness/useExhaustiveDependencies: the function is new at each render.
  useEffect(() => setPropertyFiltering(query), [query])
  const { onChange } = propertyFilterProps
  return (
    <Table
      {...collectionProps}
      items={allPageItems}
      trackBy="id"
      stickyHeader
      loading={activity.isLoading && activity.regions.every(({ entries }) => entries.length === 0)}
      loadingText="Loading the activity"
      columnDefinitions={COLUMNS}
      empty={<Box textAlign="center">{emptyText(activity, rows)}</Box>}
      filter={
        <SpaceBetween size="xs">
          <PropertyFilter
            {...propertyFilterProps}
            onChange={(event) => {
              onChange(event)
              setQuery(event.detail)
            }}
            filteringPlaceholder="Find by text, operation, key, Region or result"
            filteringAriaLabel="Find in the activity"
            countText={`${countOf(filteredItemsCount)} of ${countOf(rows.length)} loaded`}
            expandToViewport
          />
          <Toggle checked={hasBeginnings} onChange={({ detail }) => setBeginnings(detail.checked)}>
            Also show when calls began
          </Toggle>
        </SpaceBetween>
      }
      footer={<More activity={activity} />}
      header={<ActivityHeader activity={activity} shown={allPageItems} onVerify={onVerify} />}
    />
  )
}

/** The filter, kept in the address without a step in the history of the browser. */
function useQueryOfAddress() {
  const { query } = useAddress()
  const filter = query.get('filter')
  const now = useMemo(() => queryOf(filter), [filter])
  const set = (next: PropertyFilterProps.Query) => {
    const text = textOf(next)
    const suffix = text === undefined ? '' : `?filter=${encodeURIComponent(text)}`
    window.history.replaceState(null, '', `${hrefOf('activity')}${suffix}`)
  }
  return [now, set] as const
}

function emptyText(activity: Activity, shown: readonly unknown[]): string {
  const { isLoading, rows, hasMore, regions } = activity
  if (rows.length === 0 && hasMore && isLoading) return 'Loading'
  if (regions.every(({ error }) => error !== undefined)) return 'No Region told.'
  if (rows.length === 0) return 'Nothing is recorded yet.'
  return shown.length === 0
    ? 'Nothing to show.'
    : 'Nothing that is loaded matches. Older entries may.'
}

function More({
  activity: { hasMore, isLoading, loadMore, rows },
}: {
  readonly activity: Activity
}) {
  if (!hasMore) return <Box textAlign="center">{rows.length > 0 && 'That is all.'}</Box>
  return (
    <Box textAlign="center">
      <Button loading={isLoading} onClick={() => void loadMore()}>
        Load more
      </Button>
    </Box>
  )
}

function ActivityHeader({
  activity,
  shown,
  onVerify,
}: {
  readonly activity: Activity
  readonly shown: readonly ActivityRow[]
  readonly onVerify: () => void
}) {
  const name = `activity-${new Date().toISOString().slice(0, 10)}`
  const save = (id: string) =>
    id === 'csv'
      ? download(`${name}.csv`, 'text/csv', csvOf(shown))
      : download(`${name}.jsonl`, 'application/jsonl', jsonLinesOf(shown))
  return (
    <Header
      variant="h1"
      description="Signed calls that changed something or were refused, the newest first."
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            iconName="refresh"
            ariaLabel="Load again"
            loading={activity.isLoading}
            onClick={() => void activity.reload()}
          />
          <ButtonDropdown
            items={[
              { id: 'jsonl', text: 'What is shown, as JSON lines' },
              { id: 'csv', text: 'What is shown, as CSV' },
            ]}
            disabled={shown.length === 0}
            disabledReason="There is nothing to export."
            onItemClick={({ detail }) => save(detail.id)}
          >
            Export
          </ButtonDropdown>
          <Button onClick={onVerify}>Verify the chain</Button>
        </SpaceBetween>
      }
    >
      Activity
    </Header>
  )
}
