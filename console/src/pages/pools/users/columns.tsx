// The columns of a list of users: of the pool, and of a group.
import Link from '@cloudscape-design/components/link'
import { attributeOf, type UserRow } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { momentOf } from '../../../parts/format.js'
import { Status } from '../../../parts/status.js'
import { hrefOf } from '../../../route.js'

export function userColumns(pool: PoolView) {
  return [
    {
      id: 'username',
      header: 'User name',
      minWidth: 130,
      isRowHeader: true,
      cell: ({ Username }: UserRow) => (
        <Link href={hrefOf('pools', pool.Id, 'users', Username)}>
          <span className="wrap">{Username}</span>
        </Link>
      ),
    },
    {
      id: 'email',
      header: 'Email',
      cell: ({ Attributes }: UserRow) => attributeOf(Attributes, 'email') ?? '–',
    },
    {
      id: 'phone',
      header: 'Phone number',
      cell: ({ Attributes }: UserRow) => attributeOf(Attributes, 'phone_number') ?? '–',
    },
    {
      id: 'status',
      header: 'Status',
      minWidth: 150,
      cell: (user: UserRow) => <Status of={user.UserStatus} />,
    },
    {
      id: 'enabled',
      header: 'Sign-in',
      minWidth: 120,
      cell: ({ Enabled }: UserRow) => <Status of={Enabled ? 'Enabled' : 'Disabled'} />,
    },
    {
      id: 'created',
      header: 'Created',
      cell: ({ UserCreateDate }: UserRow) => momentOf(UserCreateDate),
    },
  ]
}
