// The sessions of a user, each of which can be ended by itself. Only the primary Region lists them.
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { ofPool } from '../../../api/cognito.js'
import { useCall } from '../../../api/use-calls.js'
import { ChangeButton, useAsk } from '../../../parts/ask.js'
import { momentOf } from '../../../parts/format.js'
import { LoadFailure } from '../../../parts/status.js'
import type { UserPartProps } from './user.js'

interface Session {
  readonly SessionId: string
  readonly ClientId?: string
  readonly CreateDate: number
  readonly LastActiveDate: number
  readonly DeviceType?: string
  readonly LastIPAddress?: string
}

/** A pool tracks sessions only where it is told to, and the list does not say whether it does. */
const NONE = 'There are none, or the user pool does not track sessions.'

export function UserSessions({ pool, user }: UserPartProps) {
  const target = { Username: user.Username }
  const loaded = useCall<{ readonly Sessions?: readonly Session[] } | undefined>(
    pool.PrimaryRegion,
    pool.isPrimaryUp ? ofPool(pool, 'AdminListUserSessions', target) : undefined,
  )
  const { ask, dialog } = useAsk()
  const sessions = loaded.data?.Sessions ?? []

  function end(SessionId: string) {
    ask({
      title: 'End the session',
      action: 'End session',
      typed: 'end',
      region: pool.PrimaryRegion,
      calls: [ofPool(pool, 'AdminRevokeUserSession', { ...target, SessionId })],
      done: 'The session was ended.',
      onDone: loaded.reload,
      children: `The session ${SessionId} ends in every Region.`,
    })
  }

  return (
    <SpaceBetween size="s">
      <LoadFailure what="The sessions of the user" of={loaded} />
      <Table
        items={sessions}
        trackBy="SessionId"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined && pool.isPrimaryUp}
        loadingText="Loading sessions"
        empty={loaded.error === undefined && <Box>{pool.paused ?? NONE}</Box>}
        header={
          <Header variant="h2" counter={loaded.data && `(${sessions.length})`}>
            Sessions
          </Header>
        }
        columnDefinitions={[
          {
            id: 'client',
            header: 'App client',
            isRowHeader: true,
            cell: ({ ClientId }: Session) => ClientId ?? '–',
          },
          {
            id: 'device',
            header: 'Device',
            cell: ({ DeviceType }: Session) => DeviceType ?? '–',
          },
          {
            id: 'address',
            header: 'Last IP address',
            cell: ({ LastIPAddress }: Session) => LastIPAddress ?? '–',
          },
          {
            id: 'begun',
            header: 'Begun',
            cell: ({ CreateDate }: Session) => momentOf(CreateDate),
          },
          {
            id: 'active',
            header: 'Last active',
            cell: ({ LastActiveDate }: Session) => momentOf(LastActiveDate),
          },
          {
            id: 'actions',
            header: 'Actions',
            cell: ({ SessionId }: Session) => (
              <ChangeButton
                pool={pool}
                ariaLabel={`End the session ${SessionId}`}
                onClick={() => end(SessionId)}
              >
                End
              </ChangeButton>
            ),
          },
        ]}
      />
      {dialog}
    </SpaceBetween>
  )
}
