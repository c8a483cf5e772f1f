// The chart of the lag, a file of its own since charts are heavy.
import Box from '@cloudscape-design/components/box'
import LineChart from '@cloudscape-design/components/line-chart'
import { lagOf } from '../../parts/format.js'
import type { LagSeries } from './lag.js'

const HOUR_MS = 3_600_000

export function LagChart({
  series,
  isLoading,
}: {
  readonly series: readonly LagSeries[]
  readonly isLoading: boolean
}) {
  const now = Date.now()
  return (
    <LineChart
      series={series.map(({ title, points }) => ({
        title,
        type: 'line',
        data: points.map(({ at, lagMs }) => ({ x: new Date(at * 1000), y: lagMs })),
        valueFormatter: lagOf,
      }))}
      xDomain={[new Date(now - HOUR_MS), new Date(now)]}
      xScaleType="time"
      xTickFormatter={timeOf}
      xTitle="Time (UTC)"
      yTitle="Lag"
      yTickFormatter={tickOf}
      height={220}
      hideFilter
      statusType={isLoading ? 'loading' : 'finished'}
      loadingText="Loading"
      ariaLabel="Lag of the last hour"
      ariaDescription="The same figures are in the table below."
      empty={<Box textAlign="center">Nothing was measured yet.</Box>}
    />
  )
}

function timeOf(date: Date): string {
  return date.toISOString().slice(11, 16)
}

/** Ticks are round, but not in whole minutes. */
function tickOf(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  return ms < 120_000 ? `${ms / 1000} s` : `${(ms / 60_000).toFixed(1)} min`
}
