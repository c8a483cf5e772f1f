// What the event log of threat protection says of a sign-in, or of a change that a thief would
// make.
// Cognito: API reference, AuthEventType, 2026.

/** What a call wanted. */
export type AuthEventKind = 'SignIn' | 'SignUp' | 'ForgotPassword' | 'PasswordChange' | 'ResendCode'

/** How it went; `InProgress`: the next challenge is out. */
export type EventResponse = 'Pass' | 'Fail' | 'InProgress'

/** How likely somebody else is signing in. */
export type RiskLevel = 'Low' | 'Medium' | 'High'

/** What was thought of it. */
export interface EventRisk {
  readonly decision: 'NoRisk' | 'AccountTakeover' | 'Block'
  readonly level?: RiskLevel | undefined
  readonly isCompromised?: boolean | undefined
}

/** A challenge that was responded to; the log knows two names. */
export interface EventChallenge {
  readonly name: 'Password' | 'Mfa'
  readonly isPassed: boolean
}

/** Where an address is. */
export interface Place {
  readonly city?: string | undefined
  readonly country?: string | undefined
  /** In degrees. */
  readonly latitude?: number | undefined
  readonly longitude?: number | undefined
}

/** From where a call came, and on what; all but a connection's address is the caller's word. */
export interface Origin {
  readonly ip?: string | undefined
  /** For people, such as `Firefox on Linux`. */
  readonly device?: string | undefined
  /** What the client libraries call the device. */
  readonly deviceId?: string | undefined
  readonly timezone?: string | undefined
  /** Whether a client library described the device. */
  readonly hasContext: boolean
  readonly place?: Place | undefined
}

/** An event, apart from where it is kept. */
export interface EventContents {
  readonly kind: AuthEventKind
  readonly clientId: string | undefined
  readonly response: EventResponse
  readonly risk: EventRisk
  readonly challenges: readonly EventChallenge[]
  readonly origin: Origin
}

/** An event of the log. */
export interface AuthEvent extends EventContents {
  readonly eventId: string
  readonly sub: string
  readonly createdAtMs: number
}

/** What somebody who knows says of an event. */
export interface EventFeedback {
  readonly value: 'Valid' | 'Invalid'
  readonly provider: 'Admin' | 'User'
  readonly givenAtMs: number
}

/** Nothing was found. */
export const NO_RISK: EventRisk = { decision: 'NoRisk' }

// Cognito: developer guide, "Viewing and exporting user event history", 2026.
/** How long events are kept: two years. */
export const EVENTS_KEPT_MS = 2 * 365 * 24 * 60 * 60 * 1000
