// What was metered of each pool in a month, and what it would cost at the operator's own prices.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useMemo } from 'react'
import { isNothingTold, useRowsOfRegions } from '../../api/use-calls.js'
import { download } from '../../parts/download.js'
import { countOf } from '../../parts/format.js'
import { Refusals, silentIn } from '../../parts/refusals.js'
import { LoadFailure } from '../../parts/status.js'
import { goTo, hrefOf, useAddress } from '../../route.js'
import { ChargesTable, dollarsOf, MachineClients } from './charges.js'
import { monthsUntil, titleOfMonth } from './months.js'
import { PLANS, type PoolUsage, sumOf, type UsageRow, usageCsv, usageRows } from './reports.js'

const MONTHS = 13
/** A page of pools is one piece of work for a Region. */
const POOLS_PAGE = 50

export function UsagePage() {
  const months = monthsUntil(new Date(), MONTHS)
  const { query } = useAddress()
  const month = query.get('month') ?? months[0] ?? ''
  const loaded = useRowsOfRegions<PoolUsage>(
    {
      service: 'twinpool',
      operation: 'GetUsage',
      input: { Month: month, MaxResults: POOLS_PAGE },
    },
    'Pools',
  )
  const { data: answers } = loaded
  const rows = useMemo(() => usageRows(answers ?? []), [answers])
  const silent = silentIn(answers)
  return (
    <SpaceBetween size="l">
      <LoadFailure what="Usage" of={loaded} />
      <Refusals what="Usage" answers={answers} />
      {silent.length > 0 && (
        <Alert type="warning" header={`${silent.join(' and ')} did not respond`}>
          The figures are those of the other Regions, with what had arrived there. Pools that live
          only in {silent.join(' and ')} are missing.
        </Alert>
      )}
      <UsageTable
        rows={rows}
        month={month}
        months={months}
        isLoading={loaded.isLoading && answers === undefined}
        hasAnswer={answers !== undefined && !isNothingTold(answers)}
      />
      {rows.length > 0 && <ChargesTable rows={rows} />}
      <MachineClients rows={rows} />
    </SpaceBetween>
  )
}

function UsageTable({
  rows,
  month,
  months,
  isLoading,
  hasAnswer,
}: {
  readonly rows: readonly UsageRow[]
  readonly month: string
  readonly months: readonly string[]
  readonly isLoading: boolean
  readonly hasAnswer: boolean
}) {
  const total = sumOf(rows.map(({ Total }) => Total))
  return (
    <Table
      items={rows}
      trackBy="UserPoolId"
      loading={isLoading}
      loadingText="Loading usage"
      columnDefinitions={COLUMNS}
      empty={
        <Box textAlign="center">
          {hasAnswer ? 'There is no user pool.' : 'No Region told its usage.'}
        </Box>
      }
      footer={
        rows.length > 0 && (
          <Box textAlign="right">
            Total of {titleOfMonth(month)}: <strong>{dollarsOf(total)}</strong>
          </Box>
        )
      }
      filter={<MonthSelect month={month} months={months} />}
      header={
        <Header
          variant="h1"
          description={
            'At your own prices, from the configuration (usage.*); this bills nobody. ' +
            'Months are in UTC.'
          }
          actions={
            <Button
              iconName="download"
              disabled={rows.length === 0}
              disabledReason="There is nothing to download."
              onClick={() => download(`usage-${month}.csv`, 'text/csv', usageCsv(month, rows))}
            >
              Download CSV
            </Button>
          }
        >
          Usage
        </Header>
      }
    />
  )
}

function MonthSelect({
  month,
  months,
}: {
  readonly month: string
  readonly months: readonly string[]
}) {
  const options = months.includes(month) ? months : [month, ...months]
  return (
    <FormField label="Month">
      <Select
        selectedOption={{ value: month, label: titleOfMonth(month) }}
        options={options.map((value) => ({ value, label: titleOfMonth(value) }))}
        onChange={({ detail }) =>
          goTo(`${hrefOf('usage')}?month=${detail.selectedOption.value ?? month}`)
        }
      />
    </FormField>
  )
}

const COLUMNS = [
  {
    id: 'name',
    header: 'User pool',
    isRowHeader: true,
    cell: ({ UserPoolId, Name }: UsageRow) => (
      <>
        <Link href={hrefOf('pools', UserPoolId)}>{Name}</Link>
        <Box color="text-body-secondary" fontSize="body-s">
          {UserPoolId}
        </Box>
      </>
    ),
  },
  { id: 'tier', header: 'Plan', cell: ({ Tier }: UsageRow) => Tier },
  {
    id: 'users',
    header: 'Active users',
    cell: ({ MonthlyActiveUsers }: UsageRow) => countOf(MonthlyActiveUsers),
  },
  { id: 'plans', header: 'By plan', cell: (row: UsageRow) => plansOf(row) },
  {
    id: 'tokens',
    header: 'Machine tokens',
    cell: ({ machineTokens }: UsageRow) => countOf(machineTokens),
  },
  { id: 'replicas', header: 'Replica months', cell: (row: UsageRow) => replicasOf(row) },
  { id: 'total', header: 'Charges', cell: ({ Total }: UsageRow) => dollarsOf(Total) },
  { id: 'told', header: 'Told by', cell: ({ toldBy }: UsageRow) => toldBy },
]

function plansOf({ MonthlyActiveUsersByTier: users }: UsageRow): string {
  const parts = PLANS.filter((plan) => users[plan] > 0).map(
    (plan) => `${plan} ${countOf(users[plan])}`,
  )
  return parts.join(', ') || '–'
}

function replicasOf({ Replicas }: UsageRow): string {
  const parts = Replicas.map(({ RegionName, Months }) => `${RegionName} ${Months.toFixed(3)}`)
  return parts.join(', ') || '–'
}
