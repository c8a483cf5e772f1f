// How far the Regions were behind each other in the last hour: a chart, loaded when the page is
// there, and the same as a table, for those who cannot see a chart.
import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Table from '@cloudscape-design/components/table'
import { lazy, Suspense, useMemo } from 'react'
import { type RegionAnswer, useEachRegion } from '../../api/use-calls.js'
import { lagOf, momentOf } from '../../parts/format.js'
import { Refusals } from '../../parts/refusals.js'

/** The lag of one Region behind another. */
export interface LagSeries {
  readonly title: string
  readonly points: readonly LagPoint[]
}

interface LagPoint {
  /** Epoch seconds. */
  readonly at: number
  readonly lagMs: number
}

interface Samples {
  readonly Samples: readonly {
    readonly At: number
    readonly Peers: readonly { readonly RegionName: string; readonly LagMilliseconds?: number }[]
  }[]
}

const LIST = { service: 'twinpool', operation: 'ListLagSamples', input: {} } as const
const EVERY_MS = 15_000

const LagChart = lazy(() =>
  import('./lag-chart.js').then(({ LagChart: chart }) => ({ default: chart })),
)

export function LagOfLastHour() {
  const { data: answers } = useEachRegion<Samples>(LIST, { everyMs: EVERY_MS })
  const series = useMemo(() => seriesOf(answers ?? []), [answers])
  return (
    <SpaceBetween size="l">
      <Refusals what="The lag of the last hour" answers={answers} />
      <Container header={<Header>Lag of the last hour</Header>}>
        <SpaceBetween size="m">
          <Suspense fallback={<Spinner />}>
            <LagChart series={series} isLoading={answers === undefined} />
          </Suspense>
          <ExpandableSection headerText="As a table">
            <LagTable series={series} />
          </ExpandableSection>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  )
}

function seriesOf(answers: readonly RegionAnswer<Samples>[]): readonly LagSeries[] {
  const byTitle = new Map<string, LagPoint[]>()
  for (const { region, output } of answers) {
    for (const { At: at, Peers } of output?.Samples ?? []) {
      for (const { RegionName, LagMilliseconds: lagMs } of Peers) {
        const title = `${region} behind ${RegionName}`
        const points = byTitle.get(title) ?? []
        byTitle.set(title, points)
        if (typeof lagMs === 'number') points.push({ at, lagMs })
      }
    }
  }
  return [...byTitle].map(([title, points]) => ({ title, points }))
}

interface Minute {
  readonly at: number
  readonly lags: ReadonlyMap<string, number>
}

/** The greatest lag of each minute, the newest minute first. */
function minutesOf(series: readonly LagSeries[]): readonly Minute[] {
  const minutes = new Map<number, Map<string, number>>()
  for (const { title, points } of series) {
    for (const { at, lagMs } of points) {
      const minute = Math.floor(at / 60) * 60
      const lags = minutes.get(minute) ?? new Map<string, number>()
      minutes.set(minute, lags.set(title, Math.max(lagMs, lags.get(title) ?? 0)))
    }
  }
  return [...minutes].map(([at, lags]) => ({ at, lags })).toSorted((a, b) => b.at - a.at)
}

function LagTable({ series }: { readonly series: readonly LagSeries[] }) {
  return (
    <Table
      variant="embedded"
      items={minutesOf(series)}
      ariaLabels={{ tableLabel: 'Lag of the last hour' }}
      empty="Nothing was measured yet."
      columnDefinitions={[
        {
          id: 'at',
          header: 'Minute',
          isRowHeader: true,
          cell: ({ at }: Minute) => momentOf(at),
        },
        ...series.map(({ title }) => ({
          id: title,
          header: `${title}, at most`,
          cell: ({ lags }: Minute) => lagOf(lags.get(title)),
        })),
      ]}
    />
  )
}
