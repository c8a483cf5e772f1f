// The Regions of the deployment: what is wrong now, whether each responds, how far it is behind the
// others, whether copies were found equal, and the processes that serve it.
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { silentIn, useEachRegion } from '../../api/use-calls.js'
import { Refusals } from '../../parts/refusals.js'
import { SilentRegions } from '../../parts/silent-regions.js'
import { LoadFailure } from '../../parts/status.js'
import { Alarms } from './alarms.js'
import { Copies } from './copies.js'
import { LagOfLastHour } from './lag.js'
import { NodesTable } from './nodes.js'
import { RegionCard, type RegionFigures } from './region-card.js'

const DESCRIBE = { service: 'twinpool', operation: 'DescribeRegion', input: {} } as const
const EVERY_MS = 5000

export function RegionsPage() {
  const loaded = useEachRegion<RegionFigures>(DESCRIBE, { everyMs: EVERY_MS })
  const answers = loaded.data ?? []
  return (
    <SpaceBetween size="l">
      <Header variant="h1">Regions</Header>
      <LoadFailure what="Regions" of={loaded} />
      <SilentRegions names={silentIn(answers)} what="what only they know of themselves" />
      <Refusals what="Figures" answers={answers} />
      <Alarms />
      {answers.map((answer) => (
        <RegionCard key={answer.region} answer={answer} />
      ))}
      <LagOfLastHour />
      <Copies />
      <NodesTable />
    </SpaceBetween>
  )
}
