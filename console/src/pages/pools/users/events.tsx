// What threat protection has recorded of a user in all Regions, and what an administrator says of
// it: an event that was not the user's own makes its device and address suspect from then on. A
// secondary Region takes that, too, so it is not paused with the directory.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { ofPool } from '../../../api/cognito.js'
import { useSession } from '../../../api/session.js'
import { useLoaded } from '../../../api/use-calls.js'
import { useAsk } from '../../../parts/ask.js'
import { momentOf } from '../../../parts/format.js'
import { LoadFailure } from '../../../parts/status.js'
import type { UserPartProps } from './user.js'

interface AuthEvent {
  readonly EventId: string
  readonly EventType: string
  readonly CreationDate: number
  readonly EventResponse: string
  readonly EventRisk: { readonly RiskDecision: string; readonly RiskLevel?: string }
  readonly EventContextData: Readonly<Record<string, string | undefined>>
  readonly EventFeedback?: { readonly FeedbackValue: string; readonly Provider: string }
}

interface EventPage {
  readonly AuthEvents?: readonly AuthEvent[]
  readonly NextToken?: string
}

const PAGE = 20
const DECISIONS: Readonly<Record<string, string>> = {
  NoRisk: 'None',
  AccountTakeover: 'Account takeover',
  Block: 'Blocked',
}

export function UserEvents({ pool, user }: UserPartProps) {
  const { call } = useSession()
  const [pages, setPages] = useState(1)
  const target = { Username: user.Username }
  const region = pool.readRegion
  const load = async () => {
    const events: AuthEvent[] = []
    let NextToken: string | undefined
    for (let page = 0; page < pages && (page === 0 || NextToken !== undefined); page += 1) {
      const input = { ...target, MaxResults: PAGE, ...(page > 0 && { NextToken }) }
      const output = await call<EventPage>(region, ofPool(pool, 'AdminListUserAuthEvents', input))
      events.push(...(output.AuthEvents ?? []))
      NextToken = output.NextToken
    }
    return { events, hasMore: NextToken !== undefined }
  }
  const loaded = useLoaded(JSON.stringify([pool.Id, target, pages]), load, { from: region })
  const { ask, dialog } = useAsk()
  const isUnwatched = loaded.error?.type === 'UserPoolAddOnNotEnabledException'
  const { events = [], hasMore = false } = loaded.data ?? {}

  function judge({ EventId, CreationDate }: AuthEvent, FeedbackValue: 'Valid' | 'Invalid') {
    const isValid = FeedbackValue === 'Valid'
    ask({
      title: isValid ? 'The event was the user' : 'The event was not the user',
      action: isValid ? 'Mark as valid' : 'Mark as invalid',
      region,
      calls: [ofPool(pool, 'AdminUpdateAuthEventFeedback', { ...target, EventId, FeedbackValue })],
      done: 'The feedback was taken.',
      onDone: loaded.reload,
      children: `${momentOf(CreationDate)}: ${
        isValid
          ? 'sign-ins from its device and its network are known ones from now on.'
          : 'sign-ins from its device or its network are a high risk from now on.'
      }`,
    })
  }

  return (
    <SpaceBetween size="s">
      {!isUnwatched && <LoadFailure what="The events of the user" of={loaded} />}
      <Table
        items={events}
        trackBy="EventId"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading events"
        empty={
          isUnwatched ? (
            <Box>The user pool has no threat protection, which records them.</Box>
          ) : (
            loaded.data && <Box>There are none yet.</Box>
          )
        }
        header={<Header variant="h2">Sign-in events</Header>}
        footer={
          hasMore && (
            <Button loading={loaded.isLoading} onClick={() => setPages(pages + 1)}>
              Show earlier events
            </Button>
          )
        }
        columnDefinitions={[
          {
            id: 'moment',
            header: 'When',
            isRowHeader: true,
            cell: ({ CreationDate }: AuthEvent) => momentOf(CreationDate),
          },
          {
            id: 'event',
            header: 'Event',
            cell: ({ EventType, EventResponse }: AuthEvent) => `${EventType}: ${EventResponse}`,
          },
          { id: 'risk', header: 'Risk', cell: ({ EventRisk }: AuthEvent) => riskOf(EventRisk) },
          {
            id: 'origin',
            header: 'From',
            cell: ({ EventContextData }: AuthEvent) => originOf(EventContextData),
          },
          { id: 'device', header: 'Device', cell: deviceOf },
          { id: 'feedback', header: 'Feedback', cell: feedbackOf },
          {
            id: 'actions',
            header: 'Actions',
            cell: (event: AuthEvent) => (
              <SpaceBetween direction="horizontal" size="xs">
                <Button wrapText={false} onClick={() => judge(event, 'Valid')}>
                  Valid
                </Button>
                <Button wrapText={false} onClick={() => judge(event, 'Invalid')}>
                  Invalid
                </Button>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {dialog}
    </SpaceBetween>
  )
}

function riskOf({ RiskDecision, RiskLevel }: AuthEvent['EventRisk']): string {
  const decision = DECISIONS[RiskDecision] ?? RiskDecision
  return RiskLevel === undefined ? decision : `${decision}, ${RiskLevel.toLowerCase()}`
}

function originOf({ IpAddress, City, Country }: AuthEvent['EventContextData']): string {
  return [IpAddress, City, Country].filter((part) => part !== undefined).join(', ') || '–'
}

function deviceOf({ EventContextData: { DeviceName } }: AuthEvent): string {
  return DeviceName ?? '–'
}

function feedbackOf({ EventFeedback }: AuthEvent): string {
  return EventFeedback === undefined
    ? '–'
    : `${EventFeedback.FeedbackValue} (${EventFeedback.Provider})`
}
