// An event of the log as it is exported (userAuthEvents): flat, and all of it text.
// Cognito: developer guide, "Exporting logs from user pools", 2026, for the members and their form.

import type { AuthEvent, EventRisk } from './event.js'

const DECISIONS: Readonly<Record<EventRisk['decision'], string>> = {
  NoRisk: 'PASS',
  AccountTakeover: 'ACCOUNT_TAKEOVER',
  Block: 'BLOCK',
}

/** The message of an exported event. Nobody has judged an event that has only just happened. */
export function exportedEvent(
  event: AuthEvent,
  about: { readonly poolId: string; readonly username: string; readonly requestId: string },
): Readonly<Record<string, unknown>> {
  const { risk, origin, challenges } = event
  return {
    version: '1',
    eventId: event.eventId,
    eventType: event.kind,
    userSub: event.sub,
    userName: about.username,
    userPoolId: about.poolId,
    clientId: event.clientId ?? '',
    creationDate: asDate(event.createdAtMs),
    eventResponse: event.response,
    riskLevel: risk.level ?? '',
    riskDecision: DECISIONS[risk.decision],
    challenges: challenges.map(
      ({ name, isPassed }) => `${name}:${isPassed ? 'Success' : 'Failure'}`,
    ),
    deviceName: origin.device ?? '',
    ipAddress: origin.ip ?? '',
    requestId: about.requestId,
    idpName: '',
    compromisedCredentialDetected: String(risk.isCompromised ?? false),
    city: origin.place?.city ?? '',
    country: origin.place?.country ?? '',
    eventFeedbackValue: '',
    eventFeedbackDate: '',
    eventFeedbackProvider: '',
    hasContextData: String(origin.hasContext),
  }
}

/** As `Wed Jul 17 17:25:55 UTC 2024`. */
function asDate(ms: number): string {
  const [weekday = '', day, month, year, time] = new Date(ms).toUTCString().split(' ')
  return `${weekday.slice(0, 3)} ${month} ${day} ${time} UTC ${year}`
}
