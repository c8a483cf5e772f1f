// Which page an address shows. Each page is a file of its own in the build, loaded when it is first
// shown.
import Box from '@cloudscape-design/components/box'
import { lazy } from 'react'
import type { Address } from './route.js'

const RegionsPage = lazy(() =>
  import('./pages/regions/regions.js').then(({ RegionsPage: page }) => ({ default: page })),
)
const PoolsPage = lazy(() =>
  import('./pages/pools/pools.js').then(({ PoolsPage: page }) => ({ default: page })),
)
const PoolPage = lazy(() =>
  import('./pages/pools/pool.js').then(({ PoolPage: page }) => ({ default: page })),
)
const ReplicationPage = lazy(() =>
  import('./pages/replication/replication.js').then(({ ReplicationPage: page }) => ({
    default: page,
  })),
)
const EncryptionPage = lazy(() =>
  import('./pages/encryption/encryption.js').then(({ EncryptionPage: page }) => ({
    default: page,
  })),
)
const UsagePage = lazy(() =>
  import('./pages/usage/usage.js').then(({ UsagePage: page }) => ({ default: page })),
)
const ActivityPage = lazy(() =>
  import('./pages/activity/activity.js').then(({ ActivityPage: page }) => ({ default: page })),
)

/** The section of the navigation that an address belongs to. */
export function sectionOf({ parts: [first = 'regions'] }: Address): string {
  return first
}

export function PageOf({ address }: { readonly address: Address }) {
  const [first = 'regions', id, tab, ...rest] = address.parts
  switch (first) {
    case 'regions':
      return <RegionsPage />
    case 'pools':
      if (id === undefined) return <PoolsPage />
      if (tab === 'replication') return <ReplicationPage poolId={id} view={rest[0]} />
      return <PoolPage key={id} poolId={id} tab={tab ?? 'overview'} rest={rest} />
    case 'encryption':
      return <EncryptionPage keyId={id} />
    case 'usage':
      return <UsagePage />
    case 'activity':
      return <ActivityPage />
    default:
      return <Box padding="l">There is no such page.</Box>
  }
}
