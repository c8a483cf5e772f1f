// An event of threat protection on the wire (AuthEventType).
import type { JudgedEvent } from '#app/risk/event-seal.js'
import type { CognitoOutput } from '#contract/types.js'

type AuthEventShape = NonNullable<CognitoOutput<'AdminListUserAuthEvents'>['AuthEvents']>[number]

export function toAuthEventShape(event: JudgedEvent): AuthEventShape {
  const { risk, origin, challenges, feedback } = event
  const { ip, device, timezone, place } = origin
  return {
    EventId: event.eventId,
    EventType: event.kind,
    CreationDate: new Date(event.createdAtMs),
    EventResponse: event.response,
    EventRisk: {
      RiskDecision: risk.decision,
      ...(risk.level && { RiskLevel: risk.level }),
      CompromisedCredentialsDetected: risk.isCompromised ?? false,
    },
    ChallengeResponses: challenges.map(({ name, isPassed }) => ({
      ChallengeName: name,
      ChallengeResponse: isPassed ? 'Success' : 'Failure',
    })),
    EventContextData: {
      ...(ip !== undefined && { IpAddress: ip }),
      ...(device !== undefined && { DeviceName: device }),
      ...(timezone !== undefined && { Timezone: timezone }),
      ...(place?.city !== undefined && { City: place.city }),
      ...(place?.country !== undefined && { Country: place.country }),
    },
    ...(feedback && {
      EventFeedback: {
        FeedbackValue: feedback.value,
        Provider: feedback.provider,
        FeedbackDate: new Date(feedback.givenAtMs),
      },
    }),
  }
}
