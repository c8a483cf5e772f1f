// The text of a notice of a risky sign-in: the pool's template, with its places filled. In HTML
// what is filled in stays text.
// Cognito: developer guide, "Customizing threat protection notification messages", 2026.

import { escapedHtml } from '../message/templates.js'
import type { NoticeTemplate } from '../pool/risk-settings.js'
import type { Origin } from './event.js'

/** What a notice may tell. */
export interface NoticeFacts {
  readonly username: string
  readonly atMs: number
  readonly origin: Origin
  readonly eventId: string
  readonly feedbackToken: string
  /** Pages that take the user's word; absent without a domain of the pool. */
  readonly links: { readonly valid: string; readonly invalid: string } | undefined
}

/** Subject and HTML body of a notice. */
export function noticeText(
  template: NoticeTemplate,
  facts: NoticeFacts,
): { readonly subject: string | undefined; readonly body: string } {
  const { subject, htmlBody, textBody } = template
  const values = valuesOf(facts)
  const fill = (text: string, shown: (value: string) => string) =>
    text.replaceAll(PLACE, (place, name: string) =>
      values[name] === undefined ? place : shown(values[name]),
    )
  return {
    subject: subject === undefined ? undefined : fill(subject, (value) => value),
    body:
      htmlBody === undefined
        ? `<pre>${escapedHtml(fill(textBody ?? '', (value) => value))}</pre>`
        : fill(htmlBody, escapedHtml),
  }
}

const PLACE = /\{([a-z-]+)\}/g

function valuesOf(facts: NoticeFacts): Readonly<Record<string, string>> {
  const { username, atMs, origin, eventId, feedbackToken, links } = facts
  return {
    username,
    'ip-address': origin.ip ?? '',
    city: origin.place?.city ?? '',
    country: origin.place?.country ?? '',
    'login-time': new Date(atMs).toUTCString(),
    'device-name': origin.device ?? '',
    'one-click-link-valid': links?.valid ?? '',
    'one-click-link-invalid': links?.invalid ?? '',
    'event-id': eventId,
    'feedback-token': feedbackToken,
  }
}
