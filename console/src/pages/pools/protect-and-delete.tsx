// Deletion of a user pool, and the protection from it. What must be gone before is named on the
// button that is off for it.
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Structure } from '#domain/settings/resent.js'
import { type DescribedPool, ofPool } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { ChangeButton, useAsk } from '../../parts/ask.js'
import { goTo, hrefOf } from '../../route.js'
import { poolUpdate, useReadPool } from './pool-calls.js'

export function ProtectAndDelete({
  pool,
  described,
  onChanged,
}: {
  readonly pool: PoolView
  readonly described: DescribedPool | undefined
  readonly onChanged: () => unknown
}) {
  const { ask, dialog } = useAsk()
  const read = useReadPool(pool)
  if (described === undefined) return null
  const isProtected = described.DeletionProtection === 'ACTIVE'
  const word = isProtected ? 'Deactivate' : 'Activate'

  function protect(it: Structure) {
    const DeletionProtection = isProtected ? 'INACTIVE' : 'ACTIVE'
    ask({
      title: `${word} deletion protection`,
      action: word,
      region: pool.PrimaryRegion,
      calls: [poolUpdate(pool, it, { DeletionProtection })],
      refreshed: async () => [poolUpdate(pool, await read(), { DeletionProtection })],
      done: `Deletion protection is ${DeletionProtection.toLowerCase()}.`,
      onDone: onChanged,
      children: isProtected
        ? 'The user pool can then be deleted.'
        : 'The user pool cannot be deleted until it is deactivated.',
    })
  }

  function remove() {
    ask({
      title: `Delete ${pool.Name}`,
      action: 'Delete user pool',
      region: pool.PrimaryRegion,
      calls: [ofPool(pool, 'DeleteUserPool')],
      done: `The user pool ${pool.Name} was deleted.`,
      typed: pool.Name,
      onDone: () => goTo(hrefOf('pools')),
      children: 'Its users, groups and app clients are deleted with it. This cannot be undone.',
    })
  }

  return (
    <Container header={<Header variant="h2">Deletion</Header>}>
      <SpaceBetween direction="horizontal" size="xs">
        <ChangeButton pool={pool} onClick={() => protect({ ...described })}>
          {word} deletion protection
        </ChangeButton>
        <ChangeButton pool={pool} reason={obstacleOf(pool, isProtected)} onClick={remove}>
          Delete user pool
        </ChangeButton>
      </SpaceBetween>
      {dialog}
    </Container>
  )
}

function obstacleOf(pool: PoolView, isProtected: boolean): string | undefined {
  if (isProtected) return 'Deactivate deletion protection first.'
  if (pool.RegionNames.length > 1) return 'Delete the replica first.'
  if (pool.Domains.length > 0) return 'Delete the domain first.'
  return undefined
}
