// What is done to a replica: activate and deactivate it, which either Region takes, so it works
// while the primary Region is away; and delete it, which only the primary Region does.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import type { ReactNode } from 'react'
import { ofPool } from '../../api/cognito.js'
import { ChangeButton } from '../../parts/ask.js'
import { disabledBy } from '../../parts/paused.js'
import type { Replica, Replication } from './facts.js'

interface ReplicaProps {
  readonly of: Replication
  readonly replica: Replica
}

export function ActivateButton({ of, replica }: ReplicaProps) {
  return (
    <StatusButton of={of} replica={replica} status="ACTIVE" variant="primary">
      It begins to sign users in and to serve domains of the user pool.
    </StatusButton>
  )
}

export function DeactivateButton({ of, replica }: ReplicaProps) {
  return (
    <StatusButton of={of} replica={replica} status="INACTIVE" typed="deactivate">
      It stops signing users in.
      {of.pool.isPrimaryUp ? '' : ' No Region is left that does.'}
    </StatusButton>
  )
}

function StatusButton({
  of: { pool, reload, ask },
  replica: { region, status: before },
  status,
  variant = 'normal',
  typed,
  children,
}: ReplicaProps & {
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly variant?: 'primary' | 'normal'
  readonly typed?: string
  readonly children: ReactNode
}) {
  const action = status === 'ACTIVE' ? 'Activate replica' : 'Deactivate replica'
  const from = status === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE'
  return (
    <Button
      variant={variant}
      {...disabledBy(before === from ? undefined : `The replica is ${before}.`)}
      onClick={() =>
        ask({
          title: `${action} in ${region}`,
          action,
          region: pool.readRegion,
          calls: [ofPool(pool, 'UpdateUserPoolReplica', { RegionName: region, Status: status })],
          typed,
          done: `The replica in ${region} is ${status}.`,
          onDone: reload,
          onRefused: reload,
          children: <Box>{children}</Box>,
        })
      }
    >
      {action}
    </Button>
  )
}

export function DeleteButton({
  of: { pool, reload, ask },
  replica: { region, status },
}: ReplicaProps) {
  const why = status === 'INACTIVE' ? undefined : `Deactivate it first; it is ${status}.`
  return (
    <ChangeButton
      pool={pool}
      reason={why}
      onClick={() =>
        ask({
          title: `Delete the replica in ${region}`,
          action: 'Delete replica',
          region: pool.PrimaryRegion,
          calls: [ofPool(pool, 'DeleteUserPoolReplica', { RegionName: region })],
          typed: 'delete',
          done: `The replica in ${region} is being deleted.`,
          onDone: reload,
          onRefused: reload,
          children: (
            <Box>
              The user pool's rows and regional settings in {region} are removed. The primary Region
              keeps all users, and what {region} said of sessions.
            </Box>
          ),
        })
      }
    >
      Delete replica
    </ChangeButton>
  )
}
