// GET /domain/<domain>/authEventFeedback/: what a link in a notice of threat protection opens. It
// asks once more, and the button says whether a sign-in was the user's own, as
// UpdateAuthEventFeedback does with the same token. A link alone says nothing, since programs that
// look where links lead would otherwise open both and speak for the user.
//
// Deviation: the service's link speaks at once; here it takes a button.

import type { UserReader } from '#app/accounts/user-records.js'
import type { EventListServices } from '#app/risk/event-list.js'
import { feedbackTokenRefusal, judgeEvent } from '#app/risk/event-list.js'
import { textOf } from '#base/bytes.js'
import { hasThreatProtection } from '#domain/pool/risk-settings.js'
import type { Pool } from '#ports/capability.js'
import type { Domains, Pools } from '#ports/directory.js'
import { html } from '../html.js'
import type { PublicUrls } from '../oauth/public-urls.js'
import type { HttpRequest, HttpResponse, Route } from '../route.js'
import { domainRoutes } from './domain-routes.js'
import { type Page, pageResponse } from './page.js'

/** What the page works with. */
export interface FeedbackServices
  extends Pick<EventListServices, 'authEvents' | 'poolKeys' | 'clock'> {
  readonly users: Pick<UserReader, 'find'>
  readonly domains: Pick<Domains, 'resolve'>
  readonly pools: Pick<Pools, 'find'>
}

const INVALID: Page = {
  status: 400,
  title: 'Invalid link',
  text: 'This link is not valid, or has expired.',
}
const TAKEN: Page = { status: 200, title: 'Thank you', text: 'Your answer has been noted.' }

const QUESTIONS = {
  Valid: { title: 'Was it you?', text: 'You are about to confirm that you signed in yourself.' },
  Invalid: { title: 'Was it not you?', text: 'You are about to report that somebody else did.' },
} as const

/** What a link says. */
interface Word {
  readonly username: string
  readonly eventId: string
  readonly token: string
  readonly value: keyof typeof QUESTIONS
}

/** The routes of the page. */
export function authEventFeedbackRoutes(
  services: FeedbackServices,
  urls: Pick<PublicUrls, 'domainOfHost'>,
): readonly Route[] {
  const page = { methods: ['GET', 'POST'], path: '/authEventFeedback/' } as const
  return domainRoutes(page, urls, (domain, request) => respond(services, domain, request))
}

async function respond(
  services: FeedbackServices,
  domainName: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  const isAnswer = request.method === 'POST'
  const word = wordIn(
    isAnswer
      ? new URLSearchParams(textOf(request.body))
      : new URL(request.url, 'http://domain').searchParams,
  )
  const domain = word && (await services.domains.resolve(domainName))
  const pool = domain && (await services.pools.find(domain.poolId))
  if (word === undefined || pool === undefined || !serves(pool)) return pageResponse(INVALID)
  if ((await feedbackTokenRefusal(services, pool, word)) !== undefined) {
    return pageResponse(INVALID)
  }
  return pageResponse(isAnswer ? await answered(services, pool, word) : asked(word))
}

function serves(pool: Pool): boolean {
  return pool.status === 'ACTIVE' && hasThreatProtection(pool.settings)
}

async function answered(services: FeedbackServices, pool: Pool, word: Word): Promise<Page> {
  const { username, eventId, value } = word
  const user = await services.users.find(pool, username)
  if (user === undefined) return INVALID
  const event = { eventId, sub: user.sub }
  const outcome = await judgeEvent(services, pool, event, { value, provider: 'User' })
  return outcome.kind === 'judged' ? TAKEN : INVALID
}

function asked({ username, eventId, token, value }: Word): Page {
  const hidden = {
    user_name: username,
    event_id: eventId,
    feedback_token: token,
    feedback_value: value,
  }
  const inputs = Object.entries(hidden).map(
    ([name, text]) => html`<input type="hidden" name="${name}" value="${text}">`,
  )
  return {
    status: 200,
    ...QUESTIONS[value],
    form: html`<form method="post">${inputs}<button>Continue</button></form>`,
  }
}

function wordIn(members: URLSearchParams): Word | undefined {
  const one = (name: string) => {
    const values = members.getAll(name)
    const [text = ''] = values
    return values.length === 1 && text.length <= 2048 ? text : ''
  }
  const word = {
    username: one('user_name'),
    eventId: one('event_id'),
    token: one('feedback_token'),
  }
  const value = one('feedback_value')
  const isWhole = Object.values(word).every((text) => text !== '')
  if (!isWhole || (value !== 'Valid' && value !== 'Invalid')) return undefined
  return { ...word, value }
}
