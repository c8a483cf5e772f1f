// The processes that serve the Regions, with what they run.
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { isNothingTold, useEachRegion } from '../../api/use-calls.js'
import { agoOf, momentOf } from '../../parts/format.js'
import { Refusals } from '../../parts/refusals.js'

interface Node {
  readonly RegionName: string
  readonly NodeId: string
  readonly HostName: string
  readonly Pid: number
  readonly Version: string
  readonly NodeVersion: string
  readonly StartedAt?: number
  readonly SeenAt?: number
  readonly Silent?: boolean
  readonly Leader: boolean
}

const LIST = { service: 'twinpool', operation: 'ListNodes', input: {} } as const
const EVERY_MS = 10_000

export function NodesTable() {
  const { data: answers } = useEachRegion<{ Nodes: readonly Node[] }>(LIST, { everyMs: EVERY_MS })
  const nodes = (answers ?? []).flatMap(({ region, output }) =>
    (output?.Nodes ?? []).map((node) => ({ ...node, RegionName: region })),
  )
  const versions = [...new Set(nodes.filter(({ Silent }) => !Silent).map((node) => node.Version))]
  return (
    <SpaceBetween size="l">
      <Refusals what="Nodes" answers={answers} />
      <Table
        items={nodes}
        trackBy="NodeId"
        loading={answers === undefined}
        loadingText="Loading nodes"
        columnDefinitions={COLUMNS}
        empty={
          <Box textAlign="center">
            {isNothingTold(answers ?? []) ? 'No Region told.' : 'No node is known.'}
          </Box>
        }
        header={
          <Header
            counter={answers && `(${nodes.length})`}
            description={
              versions.length > 1
                ? `They run different versions: ${versions.toSorted().join(', ')}.`
                : 'Processes that serve the Regions. A leader does what one of them has to.'
            }
          >
            Nodes
          </Header>
        }
      />
    </SpaceBetween>
  )
}

const COLUMNS = [
  { id: 'region', header: 'Region', cell: ({ RegionName }: Node) => RegionName },
  {
    id: 'node',
    header: 'Node',
    isRowHeader: true,
    cell: ({ HostName, Pid }: Node) => `${HostName}, process ${Pid}`,
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ Silent, Leader, SeenAt }: Node) =>
      Silent ? (
        <StatusIndicator type="warning">Silent, seen {agoOf(SeenAt)}</StatusIndicator>
      ) : (
        <StatusIndicator>{Leader ? 'Up, leader' : 'Up'}</StatusIndicator>
      ),
  },
  { id: 'version', header: 'Version', cell: ({ Version }: Node) => Version },
  { id: 'runtime', header: 'Node.js', cell: ({ NodeVersion }: Node) => NodeVersion },
  { id: 'started', header: 'Started', cell: ({ StartedAt }: Node) => momentOf(StartedAt) },
]
