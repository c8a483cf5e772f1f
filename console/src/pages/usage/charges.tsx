// What makes up the charges of a month, and which app clients had machine tokens.
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { countOf } from '../../parts/format.js'
import type { Charge, UsageRow } from './reports.js'

/** "$1,234.50"; parts of a cent where there are. */
export function dollarsOf(amount: number, digits = 2): string {
  return amount.toLocaleString('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  })
}

const PRICE_DIGITS = 8

const ITEMS: Readonly<Record<string, string>> = {
  ESSENTIALS_ACTIVE_USERS: 'Active users on Essentials, for each replica month',
  PLUS_ACTIVE_USERS: 'Active users on Plus, for each replica month',
  MACHINE_TOKENS: 'Machine tokens, for each replica month',
}

interface ChargeRow extends Charge {
  readonly pool: string
}

export function ChargesTable({ rows }: { readonly rows: readonly UsageRow[] }) {
  const charges = rows.flatMap(({ Name, Charges }) =>
    Charges.map((charge): ChargeRow => ({ ...charge, pool: Name })),
  )
  return (
    <Table
      items={charges}
      wrapLines
      columnDefinitions={CHARGE_COLUMNS}
      empty={<Box textAlign="center">Nothing is charged: only pools with a replica are.</Box>}
      header={<Header>Charges</Header>}
    />
  )
}

const CHARGE_COLUMNS = [
  { id: 'pool', header: 'User pool', isRowHeader: true, cell: ({ pool }: ChargeRow) => pool },
  {
    id: 'item',
    header: 'Of',
    minWidth: 160,
    cell: ({ Item }: ChargeRow) => ITEMS[Item] ?? Item,
  },
  { id: 'quantity', header: 'Quantity', cell: ({ Quantity }: ChargeRow) => countOf(Quantity) },
  {
    id: 'price',
    header: 'Price of one',
    cell: ({ UnitPrice }: ChargeRow) => dollarsOf(UnitPrice, PRICE_DIGITS),
  },
  { id: 'amount', header: 'Amount', cell: ({ Amount }: ChargeRow) => dollarsOf(Amount) },
]

interface ClientRow {
  readonly pool: string
  readonly ClientId: string
  readonly Tokens: number
}

export function MachineClients({ rows }: { readonly rows: readonly UsageRow[] }) {
  const clients = rows
    .flatMap(({ Name, MachineClients: each }) => each.map((one) => ({ ...one, pool: Name })))
    .toSorted((a, b) => b.Tokens - a.Tokens)
  if (clients.length === 0) return null
  return (
    <Table
      items={clients}
      columnDefinitions={CLIENT_COLUMNS}
      header={
        <Header
          counter={`(${clients.length})`}
          description="Tokens of the client credentials grant."
        >
          Machine tokens by app client
        </Header>
      }
    />
  )
}

const CLIENT_COLUMNS = [
  { id: 'client', header: 'App client', isRowHeader: true, cell: (row: ClientRow) => row.ClientId },
  { id: 'pool', header: 'User pool', cell: ({ pool }: ClientRow) => pool },
  { id: 'tokens', header: 'Tokens', cell: ({ Tokens }: ClientRow) => countOf(Tokens) },
]
