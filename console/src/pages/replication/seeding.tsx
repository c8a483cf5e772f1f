// A replica on its way: the step that it is at, its rows, how fast they arrive and how long the
// rest takes; and why a creation that went backwards did.
import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef, useState } from 'react'
import { progressOf, type SeedingSample, withSample } from '#domain/replica/seeding-progress.js'
import { countOf, durationOf } from '../../parts/format.js'
import type { Replica, ReplicaRow } from './facts.js'

/** What the steps of the service's workflows do. */
const STEPS: Readonly<Record<string, string>> = {
  row: 'Noting the replica',
  key: 'Opening a data key in the other Region',
  certificate: 'Making the certificate for SAML',
  schema: 'Waiting until the other Region has every migration',
  link: 'Asking the other Region for names that are taken',
  mark: 'Sending rows',
  settle: 'Waiting until the other Region has the last row',
  verify: 'Comparing all tables',
  status: 'Finishing',
}

export function Seeding({ replica }: { readonly replica: Replica }) {
  const row = replica.reports[0]?.row
  const samples = useSamples(replica)
  const { share, rowsPerSecond, secondsLeft } = progressOf(samples, row?.RowsTotal)
  const isCreating = replica.status === 'CREATING'
  const step = row?.Step ?? ''
  return (
    <Container
      header={
        <Header variant="h2">
          {isCreating ? 'Creating' : 'Deleting'} the replica in {replica.region}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {isCreating && (
          <ProgressBar
            label="Rows"
            value={Math.round((share ?? 0) * 100)}
            additionalInfo={STEPS[step] ?? step}
            description="It goes on when this page is closed, and after a restart."
          />
        )}
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Step', value: step || '–' },
            { label: 'Rows', value: rowsOf(row) },
            { label: 'Rate', value: isCreating ? rateOf(rowsPerSecond) : '–' },
            {
              label: 'Time left',
              value: isCreating && secondsLeft !== undefined ? durationOf(secondsLeft) : '–',
            },
          ]}
        />
        {row?.Reason !== undefined && (
          <Alert type="info" header="What it waits for">
            {row.Reason}
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  )
}

function rowsOf(row: ReplicaRow | undefined): string {
  if (row?.RowsDone === undefined) return '–'
  if (row.RowsTotal === undefined) return countOf(row.RowsDone)
  return `${countOf(row.RowsDone)} of ${countOf(row.RowsTotal)}`
}

function rateOf(perSecond: number | undefined): string {
  return perSecond === undefined ? '–' : `${countOf(Math.round(perSecond))} rows/s`
}

/** What was seen of the rows, once for each report. */
function useSamples(replica: Replica): readonly SeedingSample[] {
  const [samples, setSamples] = useState<readonly SeedingSample[]>([])
  const { reports } = replica
  const row = reports[0]?.row
  useEffect(() => {
    if (row?.RowsDone === undefined) return
    const sample = { atMs: Date.now(), rows: row.RowsDone }
    setSamples((before) => withSample(before, sample))
  }, [row])
  return samples
}

/** Why a creation that was seen ended without a replica; undefined when none did. */
export function useUndone(replica: Replica | undefined): string | undefined {
  const creating = useRef<ReplicaRow>(undefined)
  const row = replica?.reports[0]?.row
  if (row?.Status === 'CREATING') creating.current = row
  else if (row !== undefined) creating.current = undefined
  if (replica !== undefined || creating.current === undefined) return undefined
  return creating.current.Reason ?? 'The Regions give no reason.'
}
