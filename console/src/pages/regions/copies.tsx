// When the rows of each Region and their copies in others were last found equal.
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { isNothingTold, useEachRegion } from '../../api/use-calls.js'
import { agoOf, countOf, momentOf } from '../../parts/format.js'
import { Refusals } from '../../parts/refusals.js'
import { hrefOf } from '../../route.js'

interface Verification {
  /** Absent: rows of the deployment, such as access keys. */
  readonly UserPoolId?: string
  /** Where the copy is. */
  readonly RegionName: string
  readonly VerifiedAt?: number
  readonly ComparedAt?: number
  readonly Repairs: number
  readonly RowsResent: number
  readonly RowsRemoved: number
}

interface Copy extends Verification {
  readonly owner: string
}

const LIST = { service: 'twinpool', operation: 'ListVerifications', input: {} } as const
const EVERY_MS = 15_000

export function Copies() {
  const { data: answers } = useEachRegion<{ Verifications: readonly Verification[] }>(LIST, {
    everyMs: EVERY_MS,
  })
  const copies = (answers ?? []).flatMap(({ region: owner, output }) =>
    (output?.Verifications ?? []).map((each): Copy => ({ ...each, owner })),
  )
  return (
    <SpaceBetween size="l">
      <Refusals what="Comparisons" answers={answers} />
      <Table
        items={copies}
        loading={answers === undefined}
        loadingText="Loading comparisons"
        columnDefinitions={COLUMNS}
        empty={
          <Box textAlign="center">
            {isNothingTold(answers ?? [])
              ? 'No Region told.'
              : "No Region has a copy of another one's rows."}
          </Box>
        }
        header={
          <Header description="Regions compare rows with their copies, and repair what differs.">
            Copies found equal
          </Header>
        }
      />
    </SpaceBetween>
  )
}

const COLUMNS = [
  {
    id: 'what',
    header: 'Rows of',
    isRowHeader: true,
    cell: ({ UserPoolId }: Copy) =>
      UserPoolId === undefined ? (
        'The deployment'
      ) : (
        <Link href={hrefOf('pools', UserPoolId, 'replication')}>{UserPoolId}</Link>
      ),
  },
  { id: 'owner', header: 'Written in', cell: ({ owner }: Copy) => owner },
  { id: 'copy', header: 'Copy in', cell: ({ RegionName }: Copy) => RegionName },
  { id: 'verified', header: 'Verified equal at', cell: (copy: Copy) => <VerifiedAt copy={copy} /> },
  {
    id: 'repairs',
    header: 'Repairs',
    cell: ({ Repairs, RowsResent, RowsRemoved }: Copy) =>
      Repairs === 0
        ? 'None'
        : `${countOf(Repairs)}: ${countOf(RowsResent)} rows sent, ${countOf(RowsRemoved)} removed`,
  },
]

function VerifiedAt({ copy: { VerifiedAt: at, ComparedAt } }: { readonly copy: Copy }) {
  if (at === undefined) {
    return <StatusIndicator type="pending">Not compared to the end yet</StatusIndicator>
  }
  const isLatest = ComparedAt === undefined || ComparedAt <= at
  return (
    <StatusIndicator type={isLatest ? 'success' : 'warning'}>
      {momentOf(at)} ({agoOf(at)}){isLatest ? '' : `, differed at ${momentOf(ComparedAt)}`}
    </StatusIndicator>
  )
}
