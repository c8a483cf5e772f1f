// Comparing now: what each Region owns of a pool with its copy in the other one, a few thousand
// rows at a time, with repair when rows differ.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import type { Call, Members } from '../../api/client.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { asCallError } from '../../api/use-calls.js'
import { CommandText } from '../../parts/command.js'
import { countOf } from '../../parts/format.js'
import { disabledBy } from '../../parts/paused.js'
import { refusalOf } from '../../parts/status.js'
import type { Replica } from './facts.js'

interface Comparison {
  readonly owner: string
  readonly copy: string
  readonly compared: number
  readonly differing: number
  readonly left: number
  readonly tables: readonly string[]
  readonly isDone: boolean
  readonly error?: string
}

export function VerifyNow({
  pool,
  replica,
  onDone,
}: {
  readonly pool: PoolView
  readonly replica: Replica
  readonly onDone: () => Promise<unknown>
}) {
  const { call } = useSession()
  const [rows, setRows] = useState<readonly Comparison[]>([])
  const [isRunning, setRunning] = useState(false)
  const atRest = replica.status === 'ACTIVE' || replica.status === 'INACTIVE'
  const why = pool.paused ?? (atRest ? undefined : `The replica is ${replica.status}.`)
  const left = rows.reduce((sum, row) => sum + row.left, 0)

  async function verify(repairs: boolean) {
    setRunning(true)
    const pairs = [
      [pool.PrimaryRegion, replica.region],
      [replica.region, pool.PrimaryRegion],
    ] as const
    const found = new Map<string, Comparison>()
    for (const [owner, copy] of pairs) {
      const send = (each: Call) => call<Members>(owner, each)
      await compare(send, { poolId: pool.Id, owner, copy, repairs }, (row) => {
        found.set(owner, row)
        setRows([...found.values()])
      })
    }
    setRunning(false)
    await onDone()
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Rows are compared all the time. This does it now, in both directions."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {left > 0 && (
                <Button loading={isRunning} {...disabledBy(why)} onClick={() => void verify(true)}>
                  Repair
                </Button>
              )}
              <Button loading={isRunning} {...disabledBy(why)} onClick={() => void verify(false)}>
                Verify now
              </Button>
            </SpaceBetween>
          }
        >
          Verify the copies
        </Header>
      }
    >
      <SpaceBetween size="s">
        <div aria-live="polite">
          {rows.length === 0 ? <Box>Not run since this page was opened.</Box> : null}
          {rows.map((row) => (
            <div key={row.owner}>
              <ComparisonLine of={row} />
            </div>
          ))}
        </div>
        <CommandText lines={[`twinpool replicas verify --pool ${pool.Id}`]} />
      </SpaceBetween>
    </Container>
  )
}

function ComparisonLine({ of }: { readonly of: Comparison }) {
  const { owner, copy, compared, differing, left, tables, isDone, error } = of
  const what = `Rows of ${owner} in ${copy}: ${countOf(compared)} compared`
  if (error !== undefined) {
    return (
      <Alert type="error" header={what}>
        {error}
      </Alert>
    )
  }
  if (!isDone) return <StatusIndicator type="in-progress">{what}</StatusIndicator>
  if (differing === 0) return <StatusIndicator>{what}, all equal</StatusIndicator>
  const type = left > 0 ? 'error' : 'success'
  const end = left > 0 ? `${countOf(left)} left different` : 'repaired'
  return (
    <StatusIndicator type={type} wrapText>
      {what}, {countOf(differing)} differed in {tables.join(', ')}: {end}
    </StatusIndicator>
  )
}

async function compare(
  send: (call: Call) => Promise<Members>,
  of: {
    readonly poolId: string
    readonly owner: string
    readonly copy: string
    readonly repairs: boolean
  },
  onRow: (row: Comparison) => void,
): Promise<void> {
  const { poolId: UserPoolId, owner, copy: RegionName, repairs: Repair } = of
  const none = { compared: 0, differing: 0, left: 0, tables: [], isDone: false }
  let row: Comparison = { owner, copy: RegionName, ...none }
  let NextToken: unknown
  try {
    do {
      onRow(row)
      const input = { UserPoolId, RegionName, Repair, NextToken }
      const output = await send({ service: 'twinpool', operation: 'VerifyCopies', input })
      row = {
        ...row,
        compared: row.compared + Number(output['RowsCompared'] ?? 0),
        differing: row.differing + Number(output['RowsDiffering'] ?? 0),
        left: row.left + Number(output['RowsLeft'] ?? 0),
        tables: [...new Set([...row.tables, ...((output['Tables'] ?? []) as string[])])],
      }
      NextToken = output['NextToken']
    } while (NextToken !== undefined && NextToken !== null)
    row = { ...row, isDone: true }
  } catch (error) {
    row = { ...row, isDone: true, error: refusalOf(asCallError(error)) }
  }
  onRow(row)
}
