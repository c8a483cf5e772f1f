// Threat protection: pools that have it.
import { waitFor } from '#test/support/wait.js'
import type { Case } from './cases.js'
import {
  makeNewPlace,
  makePlace,
  makeUser,
  type Person,
  type Place,
  passwordSignIn,
  signIn,
} from './people.js'
import type { Rig } from './rig.js'

export const PROTECTED = {
  UserPoolTier: 'PLUS',
  UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
}

const RANGES = { RiskExceptionConfiguration: { BlockedIPRangeList: ['198.51.100.0/24'] } }

/** A pool with threat protection. */
export function makeProtectedPlace(rig: Rig): Promise<Place> {
  return makeNewPlace(rig, PROTECTED)
}

/** A user with an event in the log. */
export async function makeEvent(rig: Rig): Promise<Person & { readonly EventId: string }> {
  const person = await makeUser(rig, await makePlace(rig, PROTECTED))
  await signIn(rig, person)
  const { UserPoolId, Username } = person
  const EventId = await waitFor(
    async () => {
      const listed = await rig.ok('AdminListUserAuthEvents', { UserPoolId, Username })
      return (listed['AuthEvents'] as readonly { EventId: string }[])[0]?.EventId
    },
    { what: 'the event of the sign-in' },
  )
  return { ...person, EventId }
}

const NOTIFYING = {
  AccountTakeoverRiskConfiguration: {
    Actions: { LowAction: { EventAction: 'NO_ACTION', Notify: true } },
    NotifyConfiguration: {
      From: 'security@example.com',
      SourceArn: 'arn:aws:ses:us-west-2:123456789012:identity/example.com',
      NoActionEmail: { Subject: 'Seen', TextBody: '{event-id} {feedback-token}' },
    },
  },
}

/** A user who was told of an event, and what UpdateAuthEventFeedback needs to judge it. */
export async function makeNoticed(rig: Rig) {
  const place = await rig.once('a pool that notifies', async () => {
    const made = await makeNewPlace(rig, {
      ...PROTECTED,
      UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
    })
    await rig.ok('SetRiskConfiguration', { UserPoolId: made.UserPoolId, ...NOTIFYING })
    return made
  })
  const person = await makeUser(rig, place)
  const { UserPoolId, Username } = person
  await signIn(rig, person)
  await waitFor(
    async () => {
      const listed = await rig.ok('AdminListUserAuthEvents', { UserPoolId, Username })
      return (listed['AuthEvents'] as readonly object[]).length > 0
    },
    { what: 'the event of the sign-in' },
  )
  // From a device that is not described as it was before.
  const payload = JSON.stringify({ contextData: { DeviceName: 'another' } })
  const EncodedData = Buffer.from(JSON.stringify({ payload })).toString('base64')
  await rig.ok('InitiateAuth', { ...passwordSignIn(person), UserContextData: { EncodedData } })
  const [EventId = '', FeedbackToken = ''] =
    /<pre>(.*)<\/pre>/.exec(await rig.notice(UserPoolId, Username))?.[1]?.split(' ') ?? []
  await waitFor(
    async () => {
      const listed = await rig.ok('AdminListUserAuthEvents', { UserPoolId, Username })
      return (listed['AuthEvents'] as readonly object[]).length > 1
    },
    { what: 'the event of the notice' },
  )
  return { UserPoolId, Username, EventId, FeedbackToken, FeedbackValue: 'Invalid' }
}

export const RISK_CASES: Readonly<Record<string, Case>> = {
  DescribeRiskConfiguration: 'reads',
  AdminListUserAuthEvents: 'reads',
  UpdateAuthEventFeedback: [{ prepare: makeNoticed }],
  AdminUpdateAuthEventFeedback: [
    {
      prepare: async (rig) => {
        const { UserPoolId, Username, EventId } = await makeEvent(rig)
        return { UserPoolId, Username, EventId, FeedbackValue: 'Invalid' }
      },
    },
  ],
  SetRiskConfiguration: [
    {
      what: 'of a pool',
      prepare: async (rig) => ({
        UserPoolId: (await makeProtectedPlace(rig)).UserPoolId,
        ...RANGES,
      }),
    },
    {
      what: 'of an app client',
      prepare: async (rig) => ({ ...(await makeProtectedPlace(rig)), ...RANGES }),
    },
  ],
}
