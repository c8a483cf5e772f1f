// What the pool used in a month: the users that were active, the tokens of machines, the hours of
// replicas, and what AWS would charge for them.
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useSession } from '../../api/session.js'
import { allPages, useLoaded } from '../../api/use-calls.js'
import { countOf } from '../../parts/format.js'
import { useQueryChange } from '../../parts/list-pages.js'
import { LoadFailure } from '../../parts/status.js'
import { useAddress } from '../../route.js'
import type { PoolTabProps } from './tab.js'

interface PoolUsage {
  readonly UserPoolId: string
  readonly Tier: string
  readonly MonthlyActiveUsers: number
  readonly MonthlyActiveUsersByTier: Readonly<Record<string, number>>
  readonly MachineClients: readonly { readonly ClientId: string; readonly Tokens: number }[]
  readonly Replicas: readonly {
    readonly RegionName: string
    readonly Hours: number
    readonly Months: number
  }[]
  readonly Charges: readonly {
    readonly Item: string
    readonly Quantity: number
    readonly UnitPrice: number
    readonly Amount: number
  }[]
  readonly Total: number
}

const MONTHS_SHOWN = 12

/** The latest months, the one that goes on first: "2026-11". */
function latestMonths(now: Date): readonly string[] {
  return Array.from({ length: MONTHS_SHOWN }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7),
  )
}

export function PoolUsageTab({ pool }: PoolTabProps) {
  const { call } = useSession()
  const months = latestMonths(new Date())
  const change = useQueryChange()
  const month = useAddress().query.get('month') ?? months[0] ?? ''
  const region = pool.readRegion
  const loaded = useLoaded(`${region} ${pool.Id} ${month}`, async () => {
    const what = { service: 'twinpool', operation: 'GetUsage', input: { Month: month } } as const
    const pools = await allPages<PoolUsage>((each) => call(region, each), what, 'Pools')
    return pools.find(({ UserPoolId }) => UserPoolId === pool.Id) ?? null
  })
  const usage = loaded.data
  return (
    <SpaceBetween size="l">
      <FormField label="Month" description="A month of UTC, as far as it was metered.">
        <Select
          selectedOption={{ value: month, label: month }}
          options={[...new Set([...months, month])].map((value) => ({ value, label: value }))}
          onChange={({ detail }) => change({ month: detail.selectedOption.value })}
        />
      </FormField>
      <LoadFailure what="Usage" of={loaded} />
      {usage === null && <Box>Nothing was metered for this user pool in {month}.</Box>}
      {usage && <Figures usage={usage} />}
      {usage && <Charges usage={usage} />}
      {usage && <Machines usage={usage} />}
    </SpaceBetween>
  )
}

function Figures({ usage }: { readonly usage: PoolUsage }) {
  const byTier = Object.entries(usage.MonthlyActiveUsersByTier)
  return (
    <Container header={<Header variant="h2">Metered</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Plan', value: usage.Tier },
          { label: 'Monthly active users', value: countOf(usage.MonthlyActiveUsers) },
          ...byTier.map(([tier, users]) => ({
            label: `Active users, ${tier}`,
            value: countOf(users),
          })),
          ...usage.Replicas.map(({ RegionName, Hours, Months }) => ({
            label: `Replica in ${RegionName}`,
            value: `${Hours.toFixed(1)} h (${Months.toFixed(3)} months)`,
          })),
        ]}
      />
    </Container>
  )
}

type Charge = PoolUsage['Charges'][number]

function Charges({ usage }: { readonly usage: PoolUsage }) {
  return (
    <Table
      items={usage.Charges}
      trackBy="Item"
      wrapLines
      header={
        <Header
          variant="h2"
          description="What AWS's list prices come to. Twinpool itself charges nothing."
        >
          Estimated charges
        </Header>
      }
      empty={<Box>There are none.</Box>}
      columnDefinitions={[
        { id: 'item', header: 'Item', isRowHeader: true, cell: ({ Item }: Charge) => Item },
        {
          id: 'quantity',
          header: 'Quantity',
          cell: ({ Quantity }: Charge) =>
            Quantity.toLocaleString('en-US', { maximumFractionDigits: 3 }),
        },
        { id: 'price', header: 'Unit price', cell: ({ UnitPrice }: Charge) => `$${UnitPrice}` },
        { id: 'amount', header: 'Amount', cell: ({ Amount }: Charge) => dollars(Amount) },
      ]}
      footer={<Box textAlign="right">Total: {dollars(usage.Total)}</Box>}
    />
  )
}

function dollars(amount: number): string {
  return amount.toLocaleString('en-US', { style: 'currency', currency: 'USD' })
}

type Machine = PoolUsage['MachineClients'][number]

function Machines({ usage }: { readonly usage: PoolUsage }) {
  if (usage.MachineClients.length === 0) return null
  return (
    <Table
      items={usage.MachineClients}
      trackBy="ClientId"
      header={<Header variant="h2">Tokens of machines</Header>}
      columnDefinitions={[
        {
          id: 'client',
          header: 'App client',
          isRowHeader: true,
          cell: ({ ClientId }: Machine) => ClientId,
        },
        { id: 'tokens', header: 'Tokens', cell: ({ Tokens }: Machine) => countOf(Tokens) },
      ]}
    />
  )
}
