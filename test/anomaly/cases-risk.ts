// Threat protection: pools that have it.
import { waitFor } from '#test/support/wait.js'
import type { Case } from './cases.js'
import { makeNewPlace, makePlace, makeUser, type Person, type Place, signIn } from './people.js'
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

export const RISK_CASES: Readonly<Record<string, Case>> = {
  DescribeRiskConfiguration: 'reads',
  AdminListUserAuthEvents: 'reads',
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
