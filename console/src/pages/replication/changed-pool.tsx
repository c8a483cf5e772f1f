// A change of a pool by UpdateUserPool, which resets most settings that it is not given: the dialog
// reads the settings when it opens, sends all of them back, and shows them.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { ReactNode } from 'react'
import { POOL_MEMBERS, resentSettings } from '#domain/settings/resent.js'
import type { Members } from '../../api/client.js'
import type { PoolView } from '../../api/pools.js'
import { Change, type ChangeProps } from '../../parts/change.js'
import { LoadFailure } from '../../parts/status.js'
import { poolUpdate, useDescribedPool, useReadPool } from '../pools/pool-calls.js'

export function ChangedPool({
  pool,
  changes,
  children,
  ...change
}: Pick<ChangeProps, 'title' | 'action' | 'done' | 'typed' | 'onClose' | 'onDone' | 'onRefused'> & {
  readonly pool: PoolView
  /** New values by the names of UpdateUserPool. */
  readonly changes: Members
  readonly children?: ReactNode
}) {
  const described = useDescribedPool(pool, pool.PrimaryRegion)
  const read = useReadPool(pool)
  const settings = described.data && resentSettings(POOL_MEMBERS, described.data, {})
  return (
    <Change
      {...change}
      region={pool.PrimaryRegion}
      calls={described.data === undefined ? [] : [poolUpdate(pool, described.data, changes)]}
      refreshed={async () => [poolUpdate(pool, await read(), changes)]}
      isReady={settings !== undefined}
    >
      {children}
      <LoadFailure what="The settings of the user pool" of={described} />
      {settings !== undefined && <SentBack settings={settings} />}
    </Change>
  )
}

function SentBack({ settings }: { readonly settings: Members }) {
  const count = Object.keys(settings).length
  return (
    <SpaceBetween size="s">
      <Alert type="info">
        UpdateUserPool resets settings that it is not given. So all {count} settings that the pool
        has are read once more when you confirm, and sent back as they are.
      </Alert>
      <ExpandableSection headerText={`Settings that are sent back (${count})`}>
        <Box variant="pre">
          <span className="wrap">{JSON.stringify(settings, undefined, 2)}</span>
        </Box>
      </ExpandableSection>
    </SpaceBetween>
  )
}
