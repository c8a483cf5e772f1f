// A Region: whether it responds, and where it stands with each of the others.
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useRegionTitle, useSession } from '../../api/session.js'
import type { RegionAnswer } from '../../api/use-calls.js'
import { agoOf, bytesOf, countOf, lagOf, momentOf } from '../../parts/format.js'

/** `TwinpoolService.DescribeRegion`. */
export interface RegionFigures {
  readonly AccountId: string
  readonly CurrentTime: number
  readonly Peers: readonly Peer[]
}

interface Peer {
  readonly RegionName: string
  readonly LagMilliseconds?: number
  readonly RecoveryPoint?: number
  readonly PendingBytes: number
  readonly Streaming: boolean
  readonly ClockSkewMilliseconds?: number
  readonly CopyComplete: boolean
  readonly RebuildReason?: string
  readonly Rebuilds: number
}

/** Beyond it users notice that Regions differ; alarms have their own measure. */
const LAG_NOTED_MS = 5000
const SKEW_NOTED_MS = 1000

export function RegionCard({ answer }: { readonly answer: RegionAnswer<RegionFigures> }) {
  const { region, output, error } = answer
  const { session } = useSession()
  const titleOf = useRegionTitle()
  const endpoint = session.regions.find(({ name }) => name === region)?.endpoint
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={endpoint}
          info={
            error === undefined ? (
              <StatusIndicator>Responds</StatusIndicator>
            ) : error.isUnreachable ? (
              <StatusIndicator type="error">
                {error.isUnanswered ? 'Does not respond' : 'Fails'}
              </StatusIndicator>
            ) : (
              <StatusIndicator type="warning">Refuses</StatusIndicator>
            )
          }
        >
          {titleOf(region)}
        </Header>
      }
    >
      {output === undefined ? (
        <Box color="text-body-secondary">{error?.message}</Box>
      ) : output.Peers.length === 0 ? (
        <Box color="text-body-secondary">There is no other Region.</Box>
      ) : (
        <SpaceBetween size="l">
          {output.Peers.map((peer) => (
            <PeerFigures key={peer.RegionName} peer={peer} />
          ))}
        </SpaceBetween>
      )}
    </Container>
  )
}

function PeerFigures({ peer }: { readonly peer: Peer }) {
  const { RegionName, LagMilliseconds, RecoveryPoint } = peer
  return (
    <SpaceBetween size="s">
      <Box variant="h3">With {RegionName}</Box>
      <KeyValuePairs
        columns={3}
        items={[
          {
            label: `Behind ${RegionName}`,
            value: (
              <Noted text={lagOf(LagMilliseconds)} of={LagMilliseconds} above={LAG_NOTED_MS} />
            ),
          },
          {
            label: 'Recovery point',
            value:
              RecoveryPoint === undefined
                ? 'Not known yet'
                : `${momentOf(RecoveryPoint)} (${agoOf(RecoveryPoint)})`,
          },
          { label: 'Copy of its rows', value: <CopyState peer={peer} /> },
          { label: `Log kept for ${RegionName}`, value: <KeptLog peer={peer} /> },
          { label: 'Its clock', value: <Skew of={peer.ClockSkewMilliseconds} /> },
          {
            label: 'Copy made',
            value: madeOf(peer),
          },
        ]}
      />
    </SpaceBetween>
  )
}

function Noted({
  text,
  of,
  above,
}: {
  readonly text: string
  readonly of: number | undefined
  readonly above: number
}) {
  if (of === undefined) return <StatusIndicator type="pending">Not known yet</StatusIndicator>
  return <StatusIndicator type={of > above ? 'warning' : 'success'}>{text}</StatusIndicator>
}

function CopyState({ peer: { CopyComplete } }: { readonly peer: Peer }) {
  return CopyComplete ? (
    <StatusIndicator>Complete</StatusIndicator>
  ) : (
    <StatusIndicator type="in-progress">Being made anew</StatusIndicator>
  )
}

function KeptLog({ peer: { Streaming, PendingBytes } }: { readonly peer: Peer }) {
  const text = bytesOf(PendingBytes)
  return Streaming ? (
    <StatusIndicator>{text}</StatusIndicator>
  ) : (
    <StatusIndicator type="warning">{text}, nobody reads it now</StatusIndicator>
  )
}

function Skew({ of }: { readonly of: number | undefined }) {
  if (of === undefined) return 'Not measured yet'
  const text = `${lagOf(Math.abs(of))} ${of < 0 ? 'behind' : 'ahead'}`
  return <Noted text={text} of={Math.abs(of)} above={SKEW_NOTED_MS} />
}

function madeOf({ Rebuilds, RebuildReason }: Peer): string {
  const times = Rebuilds === 1 ? 'Once' : `${countOf(Rebuilds)} times`
  return RebuildReason === undefined ? times : `${times}, last: ${RebuildReason}`
}
