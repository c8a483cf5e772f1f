// Headers of everything that the console's face sends. Its pages run scripts of their own origin
// only, are in no frame, send nothing elsewhere and share no browsing context with pages of others.
import type { HttpResponse } from '../route.js'

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Of every response of the console. */
export const CONSOLE_HEADERS = Object.freeze({
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
})

/** Of its page. */
export const PAGE_HEADERS = Object.freeze({
  ...CONSOLE_HEADERS,
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
})

/** A JSON response that only the console's own page reads. */
export function consoleJson(
  status: number,
  body: unknown,
  headers: HttpResponse['headers'] = {},
): HttpResponse {
  return {
    status,
    headers: {
      ...CONSOLE_HEADERS,
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...headers,
    },
    body: JSON.stringify(body),
  }
}
