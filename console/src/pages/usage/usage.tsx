// What was metered of each pool in a month, and what it would cost at the operator's own prices.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { TIERS } from '#domain/pool/tier.js'
import { isNothingTold, silentIn } from '../../api/use-calls.js'
import { download } from '../../parts/download.js'
import { countOf } from '../../parts/format.js'
import { Refusals } from '../../parts/refusals.js'
import { LoadFailure } from '../../parts/status.js'
import { hrefOf } from '../../route.js'
import { ChargesTable, dollarsOf, MachineClients } from './charges.js'
import { MonthSelect, useMonth } from './month-select.js'
import { titleOfMonth } from './months.js'
import { sumOf, type UsageRow, usageCsv, useUsage } from './reports.js'

export function UsagePage() {
  const [month] = useMonth()
  const loaded = useUsage(month)
  const { data: answers, rows } = loaded
  const silent = silentIn(answers)
  return (
    <SpaceBetween size="l">
      <LoadFailure what="Usage" of={loaded} />
      <Refusals what="Usage" answers={answers} />
      {silent.length > 0 && (
        <Alert type="warning" header={`${silent.join(' and ')} did not respond`}>
          {isNothingTold(answers ?? [])
            ? 'There are no figures.'
            : `The figures are those of the other Regions, with what had arrived there. Pools that
              live only in ${silent.join(' and ')} are missing.`}
        </Alert>
      )}
      <UsageTable
        rows={rows}
        month={month}
        isLoading={loaded.isLoading && answers === undefined}
        hasAnswer={answers !== undefined && !isNothingTold(answers)}
        isWhole={answers?.every(({ output }) => output !== undefined) ?? false}
      />
      {rows.length > 0 && <ChargesTable rows={rows} />}
      <MachineClients rows={rows} />
    </SpaceBetween>
  )
}

function UsageTable({
  rows,
  month,
  isLoading,
  hasAnswer,
  isWhole,
}: {
  readonly rows: readonly UsageRow[]
  readonly month: string
  readonly isLoading: boolean
  readonly hasAnswer: boolean
  /** Whether every Region told. */
  readonly isWhole: boolean
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
          {!hasAnswer
            ? 'No Region told its usage.'
            : isWhole
              ? 'There is no user pool.'
              : 'The Regions that told have no user pool.'}
        </Box>
      }
      footer={
        rows.length > 0 && (
          <Box textAlign="right">
            Total of {titleOfMonth(month)}: <strong>{dollarsOf(total)}</strong>
          </Box>
        )
      }
      filter={<MonthSelect />}
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
  const parts = TIERS.filter((plan) => users[plan] > 0).map(
    (plan) => `${plan} ${countOf(users[plan])}`,
  )
  return parts.join(', ') || '–'
}

function replicasOf({ Replicas }: UsageRow): string {
  const parts = Replicas.map(({ RegionName, Months }) => `${RegionName} ${Months.toFixed(3)}`)
  return parts.join(', ') || '–'
}
