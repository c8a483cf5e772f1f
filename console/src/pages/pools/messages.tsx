// Who sends a pool's messages and which functions it calls, in each of its Regions, and the texts
// of the messages, which all Regions share.
import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import type { PoolView } from '../../api/pools.js'
import { useRegionTitle } from '../../api/session.js'
import { Settings } from '../../parts/settings.js'
import { LoadFailure } from '../../parts/status.js'
import { goTo, hrefOf } from '../../route.js'
import { Comparison } from './messages/comparison.js'
import { TEMPLATES } from './messages/message-fields.js'
import { RegionSettings } from './messages/region-settings.js'
import { useRegionalValues } from './messages/regional-values.js'
import { poolUpdate, useReadPool } from './pool-calls.js'

export function MessagesTab({
  pool,
  rest,
}: {
  readonly pool: PoolView
  readonly rest: readonly string[]
}) {
  const loaded = useRegionalValues(pool)
  const region = pool.RegionNames.find((name) => name === rest[0]) ?? pool.readRegion
  const read = useReadPool(pool)
  const regions = loaded.data
  if (regions === undefined) {
    return loaded.error ? <LoadFailure what="The settings" of={loaded} /> : <Spinner />
  }
  const chosen = regions.find((one) => one.region === region)
  const shared = regions.find((one) => one.region === pool.readRegion)?.values
  return (
    <SpaceBetween size="l">
      <Comparison regions={regions} />
      <RegionChoice pool={pool} region={region} />
      <LoadFailure
        what={`What ${region} has`}
        of={{ error: chosen?.error, reload: loaded.reload }}
      />
      {chosen?.error?.isUnreachable && (
        <Alert type="info">
          What {region} has of its own can be changed when it responds, and by itself only.
        </Alert>
      )}
      {chosen?.values !== undefined && (
        <RegionSettings
          pool={pool}
          region={region}
          values={chosen.values}
          reload={loaded.reload}
          read={() => loaded.read(region)}
        />
      )}
      {shared !== undefined && (
        <Settings
          title="Texts of messages"
          description="The same in all Regions."
          fields={TEMPLATES}
          values={shared}
          region={pool.PrimaryRegion}
          paused={pool.paused}
          reload={loaded.reload}
          read={read}
          callsOf={(values, changes) => [poolUpdate(pool, values, changes)]}
        />
      )}
    </SpaceBetween>
  )
}

function RegionChoice({ pool, region }: { readonly pool: PoolView; readonly region: string }) {
  const titleOf = useRegionTitle()
  if (pool.RegionNames.length < 2) return null
  return (
    <FormField label="Change the settings of">
      <SegmentedControl
        label="Region"
        selectedId={region}
        options={pool.RegionNames.map((name) => ({
          id: name,
          text: `${titleOf(name)}${name === pool.PrimaryRegion ? ' (primary)' : ''}`,
        }))}
        onChange={({ detail }) => goTo(hrefOf('pools', pool.Id, 'messages', detail.selectedId))}
      />
    </FormField>
  )
}
