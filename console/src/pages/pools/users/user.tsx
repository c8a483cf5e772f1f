// A user: what the directory says of them, and what an administrator can do.
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { attributeOf, type DescribedUser, ofPool } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { usePoolCall } from '../../../api/use-calls.js'
import { Copied } from '../../../parts/copied.js'
import { momentOf } from '../../../parts/format.js'
import { LoadFailure, Status } from '../../../parts/status.js'
import { UserActions } from './actions.js'
import { UserAttributes } from './attributes.js'
import { UserDevices } from './devices.js'
import { UserEvents } from './events.js'
import { UserFactors } from './factors.js'
import { UserSessions } from './sessions.js'
import { UserGroups } from './user-groups.js'

/** What each part of the page is given. */
export interface UserPartProps {
  readonly pool: PoolView
  readonly user: DescribedUser
  /** Loads the user again. */
  readonly onChanged: () => Promise<void>
}

export function UserPage({
  pool,
  username,
}: {
  readonly pool: PoolView
  readonly username: string
}) {
  const loaded = usePoolCall<DescribedUser>(
    pool,
    ofPool(pool, 'AdminGetUser', { Username: username }),
  )
  const user = loaded.data
  if (user === undefined) {
    return (
      <SpaceBetween size="l">
        <LoadFailure what={`The user ${username}`} of={loaded} />
        {loaded.isLoading && <Spinner size="large" />}
      </SpaceBetween>
    )
  }
  const part = { pool, user, onChanged: loaded.reload }
  return (
    <SpaceBetween size="l">
      <LoadFailure what="The latest state of the user" of={loaded} />
      <AboutUser {...part} />
      <UserAttributes {...part} />
      <UserGroups {...part} />
      <UserFactors {...part} />
      <UserSessions {...part} />
      <UserDevices {...part} />
      <UserEvents {...part} />
    </SpaceBetween>
  )
}

function AboutUser(part: UserPartProps) {
  const { user } = part
  const sub = attributeOf(user.UserAttributes, 'sub') ?? ''
  return (
    <Container
      header={
        <Header variant="h2" actions={<UserActions {...part} />}>
          <span className="wrap">{user.Username}</span>
        </Header>
      }
    >
      <KeyValuePairs
        columns={3}
        minColumnWidth={200}
        items={[
          { label: 'User name', value: <Copied value={user.Username} what="the user name" /> },
          { label: 'Sub', value: <Copied value={sub} what="the sub" /> },
          { label: 'Status', value: <Status of={user.UserStatus} /> },
          { label: 'Sign-in', value: <Status of={user.Enabled ? 'Enabled' : 'Disabled'} /> },
          { label: 'Created', value: momentOf(user.UserCreateDate) },
          { label: 'Last changed', value: momentOf(user.UserLastModifiedDate) },
        ]}
      />
    </Container>
  )
}
