// How calls of this Region's functions went, as the process that answers has counted them.
import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import type { Structure } from '#domain/settings/resent.js'
import { useCall } from '../../../api/use-calls.js'
import { countOf, lagOf } from '../../../parts/format.js'
import { LoadFailure } from '../../../parts/status.js'
import { configuredTriggers } from './lambda-config.js'

interface Turns {
  readonly FunctionArn: string
  readonly Running: number
  readonly Queued: number
  readonly Returned: number
  readonly Threw: number
  readonly Failed: number
  readonly Rejected: number
  readonly TotalMilliseconds: number
  readonly LongestMilliseconds: number
}

interface Row {
  readonly arn: string
  readonly triggers: string
  readonly turns: Turns | undefined
}

const EVERY_MS = 5000

export function TriggerTurns({
  region,
  values,
}: {
  readonly region: string
  readonly values: Structure
}) {
  const loaded = useCall<{ Triggers: readonly Turns[] }>(
    region,
    { service: 'twinpool', operation: 'ListTriggers', input: {} },
    { everyMs: EVERY_MS },
  )
  const configured = configuredTriggers(values['LambdaConfig'])
  const arns = [...new Set(configured.map(({ arn }) => arn))]
  const rows = arns.map(
    (arn): Row => ({
      arn,
      triggers: configured.flatMap((one) => (one.arn === arn ? [one.name] : [])).join(', '),
      turns: loaded.data?.Triggers.find(({ FunctionArn }) => FunctionArn === arn),
    }),
  )
  if (rows.length === 0) return null
  return (
    <>
      <LoadFailure what="Calls of functions" of={loaded} />
      <Table
        items={rows}
        trackBy="arn"
        wrapLines
        columnDefinitions={COLUMNS}
        header={
          <Header
            variant="h2"
            description="Since the process that answered started; metrics have all processes."
          >
            Calls of functions
          </Header>
        }
      />
    </>
  )
}

const COLUMNS = [
  {
    id: 'triggers',
    header: 'Triggers',
    isRowHeader: true,
    cell: ({ triggers }: Row) => triggers,
  },
  {
    id: 'function',
    header: 'Function',
    cell: ({ arn }: Row) => arn.replace(/^.*:function:/, ''),
  },
  {
    id: 'returned',
    header: 'Returned',
    cell: ({ turns }: Row) => (turns === undefined ? 'Not called yet' : countOf(turns.Returned)),
  },
  {
    id: 'failures',
    header: 'Threw, failed, rejected',
    cell: ({ turns }: Row) => failuresOf(turns),
  },
  {
    id: 'now',
    header: 'Running, waiting',
    cell: ({ turns }: Row) => turns && `${countOf(turns.Running)}, ${countOf(turns.Queued)}`,
  },
  {
    id: 'time',
    header: 'Mean, longest',
    cell: ({ turns }: Row) =>
      turns && `${lagOf(meanOf(turns))}, ${lagOf(turns.LongestMilliseconds)}`,
  },
]

function failuresOf(turns: Turns | undefined) {
  if (turns === undefined) return undefined
  const counts = [turns.Threw, turns.Failed, turns.Rejected]
  const text = counts.map(countOf).join(', ')
  if (counts.every((count) => count === 0)) return text
  return <StatusIndicator type="warning">{text}</StatusIndicator>
}

function meanOf({ TotalMilliseconds, Returned, Threw, Failed }: Turns): number {
  return TotalMilliseconds / Math.max(1, Returned + Threw + Failed)
}
