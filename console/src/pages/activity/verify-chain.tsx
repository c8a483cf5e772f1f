// Whether the record of each Region is whole: its chain is verified slice by slice, to its end.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useEffect, useState } from 'react'
import type { Call } from '../../api/client.js'
import { useSession } from '../../api/session.js'
import { asCallError } from '../../api/use-calls.js'
import { Copied } from '../../parts/copied.js'
import { countOf } from '../../parts/format.js'
import { refusalOf } from '../../parts/status.js'

/** A slice of `TwinpoolService.VerifyAuditTrail`. */
interface Slice {
  readonly Verified: number
  readonly LastSequence: number
  readonly IsEnd: boolean
  readonly Head: { readonly Sequence: number; readonly Hash: string }
  readonly Break?: { readonly Sequence: number; readonly Problem: string }
}

type Verdict =
  | { readonly kind: 'running'; readonly verified: number }
  | { readonly kind: 'whole'; readonly verified: number; readonly head: string }
  | { readonly kind: 'broken'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string }

const PROBLEMS: Readonly<Record<string, string>> = {
  missing: 'is missing',
  changed: 'is not what was written',
  base: 'is where entries were removed, and not by the service',
  head: 'and what follows is missing, or the end of the chain is not what was written',
}

type Send = (what: Call) => Promise<Slice>

/** Tells how far it is, and at last what came of it. */
async function verify(send: Send, tell: (verdict: Verdict) => boolean): Promise<void> {
  let verified = 0
  let after: string | undefined
  while (tell({ kind: 'running', verified })) {
    const input = after === undefined ? {} : { After: after }
    const slice = await send({ service: 'twinpool', operation: 'VerifyAuditTrail', input })
    verified += slice.Verified
    if (slice.Break !== undefined) {
      const { Sequence, Problem } = slice.Break
      tell({ kind: 'broken', text: `Entry ${Sequence} ${PROBLEMS[Problem] ?? Problem}.` })
      return
    }
    if (slice.IsEnd) {
      tell({ kind: 'whole', verified, head: `${slice.Head.Sequence}:${slice.Head.Hash}` })
      return
    }
    after = String(slice.LastSequence)
  }
}

export function VerifyChain({ onClose }: { readonly onClose: () => void }) {
  const { session } = useSession()
  return (
    <Container
      header={
        <Header
          description="Each entry is chained to the one before it, by a key not in the database."
          actions={<Button iconName="close" variant="icon" ariaLabel="Close" onClick={onClose} />}
        >
          The chain of the record
        </Header>
      }
    >
      <SpaceBetween size="m">
        {session.regions.map(({ name }) => (
          <RegionVerdict key={name} region={name} />
        ))}
      </SpaceBetween>
    </Container>
  )
}

function RegionVerdict({ region }: { readonly region: string }) {
  const { call } = useSession()
  const [verdict, setVerdict] = useState<Verdict>({ kind: 'running', verified: 0 })
  useEffect(() => {
    let isLeft = false
    const tell = (next: Verdict) => {
      if (!isLeft) setVerdict(next)
      return !isLeft
    }
    verify((what) => call<Slice>(region, what), tell).catch((error: unknown) =>
      tell({ kind: 'unknown', text: refusalOf(asCallError(error)) }),
    )
    return () => {
      isLeft = true
    }
  }, [call, region])
  return (
    <div>
      <Box variant="awsui-key-label">{region}</Box>
      <VerdictText region={region} verdict={verdict} />
    </div>
  )
}

function VerdictText({ region, verdict }: { readonly region: string; readonly verdict: Verdict }) {
  switch (verdict.kind) {
    case 'running':
      return (
        <StatusIndicator type="loading">
          {countOf(verdict.verified)} entries verified
        </StatusIndicator>
      )
    case 'broken':
      return (
        <Alert type="error" header="It is not whole">
          {verdict.text}
        </Alert>
      )
    case 'unknown':
      return <StatusIndicator type="warning">Not verified: {verdict.text}</StatusIndicator>
    case 'whole':
      return (
        <>
          <StatusIndicator>{countOf(verdict.verified)} entries, whole.</StatusIndicator>
          {verdict.verified > 0 && <Head region={region} head={verdict.head} />}
        </>
      )
  }
}

function Head({ region, head }: { readonly region: string; readonly head: string }) {
  return (
    <>
      <Box color="text-body-secondary" fontSize="body-s">
        Note its end elsewhere; later,{' '}
        <Box variant="code">twinpool audit verify --region {region} --noted</Box> compares with it:
      </Box>
      <div className="wrap">
        <Copied value={head} what="the end of the chain" />
      </div>
    </>
  )
}
