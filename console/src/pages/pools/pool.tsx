// A user pool: what it is called, whether it can be changed now, and its tabs, each of which is
// loaded when it is first shown and has an address of its own.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Tabs from '@cloudscape-design/components/tabs'
import { type ComponentType, lazy, Suspense } from 'react'
import { type PoolView, usePool } from '../../api/pools.js'
import { Copied } from '../../parts/copied.js'
import { Paused } from '../../parts/paused.js'
import { LoadFailure } from '../../parts/status.js'
import { goTo, hrefOf } from '../../route.js'
import type { PoolTabProps } from './tab.js'

interface Tab {
  readonly id: string
  readonly label: string
  readonly Content: ComponentType<PoolTabProps>
}

function tab(id: string, label: string, load: () => Promise<ComponentType<PoolTabProps>>): Tab {
  return { id, label, Content: lazy(async () => ({ default: await load() })) }
}

const TABS: readonly Tab[] = [
  tab('overview', 'Overview', () => import('./overview.js').then((file) => file.OverviewTab)),
  tab('users', 'Users', () => import('./users/users.js').then((file) => file.UsersTab)),
  tab('groups', 'Groups', () => import('./groups.js').then((file) => file.GroupsTab)),
  tab('clients', 'App clients', () => import('./clients.js').then((file) => file.ClientsTab)),
  tab('resource-servers', 'Resource servers', () =>
    import('./resource-servers.js').then((file) => file.ResourceServersTab),
  ),
  tab('domains', 'Domains', () => import('./domains.js').then((file) => file.DomainsTab)),
  tab('sign-in', 'Sign-in', () => import('./sign-in-settings.js').then((file) => file.SignInTab)),
  tab('messages', 'Messages', () => import('./messages.js').then((file) => file.MessagesTab)),
  tab('tags', 'Tags', () => import('./tags.js').then((file) => file.TagsTab)),
  tab('usage', 'Usage', () => import('./pool-usage.js').then((file) => file.PoolUsageTab)),
]

export function PoolPage({
  poolId,
  tab: tabId,
  rest,
}: {
  readonly poolId: string
  readonly tab: string
  readonly rest: readonly string[]
}) {
  const loaded = usePool(poolId)
  const pool = loaded.data
  if (pool) return <Pool pool={pool} tabId={tabId} rest={rest} />
  return (
    <SpaceBetween size="l">
      <LoadFailure what="The user pool" of={loaded} />
      {pool === null && <NoPool poolId={poolId} untold={loaded.untold} />}
      {pool === undefined && loaded.isLoading && <Waiting />}
    </SpaceBetween>
  )
}

function Pool({
  pool,
  tabId,
  rest,
}: {
  readonly pool: PoolView
  readonly tabId: string
  readonly rest: readonly string[]
}) {
  return (
    <SpaceBetween size="m">
      <Crumbs pool={pool} tabId={tabId} rest={rest} />
      <Header
        variant="h1"
        description={<Copied value={pool.Id} what="the ID of the user pool" />}
        actions={
          <Button href={hrefOf('pools', pool.Id, 'replication')}>Multi-Region replication</Button>
        }
      >
        {pool.Name}
      </Header>
      <Paused pool={pool} />
      <Tabs
        ariaLabel={`User pool ${pool.Name}`}
        activeTabId={tabId}
        keyboardActivationMode="manual"
        onChange={({ detail }) => goTo(detail.activeTabHref ?? '')}
        tabs={TABS.map(({ id, label, Content }) => ({
          id,
          label,
          href: hrefOf('pools', pool.Id, id),
          content: (
            <Suspense fallback={<Waiting />}>
              <Content key={rest.join('/')} pool={pool} rest={rest} />
            </Suspense>
          ),
        }))}
      />
      {!TABS.some(({ id }) => id === tabId) && <Box>There is no such page.</Box>}
    </SpaceBetween>
  )
}

function Crumbs({
  pool,
  tabId,
  rest,
}: {
  readonly pool: PoolView
  readonly tabId: string
  readonly rest: readonly string[]
}) {
  const label = TABS.find(({ id }) => id === tabId)?.label ?? tabId
  const below = rest.map((text, at) => ({
    text,
    href: hrefOf('pools', pool.Id, tabId, ...rest.slice(0, at + 1)),
  }))
  return (
    <BreadcrumbGroup
      ariaLabel="Where you are"
      items={[
        { text: 'User pools', href: hrefOf('pools') },
        { text: pool.Name, href: hrefOf('pools', pool.Id) },
        { text: label, href: hrefOf('pools', pool.Id, tabId) },
        ...below,
      ]}
    />
  )
}

function NoPool({
  poolId,
  untold,
}: {
  readonly poolId: string
  readonly untold: readonly string[]
}) {
  return (
    <Alert
      type={untold.length > 0 ? 'warning' : 'error'}
      header={`${untold.length > 0 ? 'No Region told of' : 'There is no'} user pool ${poolId}`}
      action={<Button href={hrefOf('pools')}>User pools</Button>}
    >
      {untold.length > 0
        ? `${untold.join(' and ')} may have it, but did not tell. The page tries again.`
        : 'It may have been deleted.'}
    </Alert>
  )
}

function Waiting() {
  return (
    <Box textAlign="center" padding="l">
      <Spinner size="large" />
    </Box>
  )
}
