// A page of a user pool domain that says one thing: no script, nothing from elsewhere, and in no
// frame.
import { createHash } from 'node:crypto'
import { Html, html } from '../html.js'
import type { HttpResponse } from '../route.js'

/** What a page says. */
export interface Page {
  readonly status: number
  readonly title: string
  readonly text: string
  /** A form that is sent to the page's own address. */
  readonly form?: Html
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;' +
  'min-height:100vh}main{max-width:30rem;padding:2rem;text-align:center}'
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** The page as a response; `form` stands below its text. */
export function pageResponse({ status, title, text, form }: Page): HttpResponse {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width"><style>${new Html(STYLE)}</style></head>
<body><main><h1>${title}</h1><p>${text}</p>${form}</main></body></html>
`
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; ` +
        `form-action ${form === undefined ? "'none'" : "'self'"}; frame-ancestors 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    },
    body: page.text,
  }
}
