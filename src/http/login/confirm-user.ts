// GET /domain/<domain>/confirmUser/: what a link in a sign-up message opens. It confirms as
// ConfirmSignUp does, with the same code, the same guesses and the same hiding of users, and says
// in a page how that ended. HEAD confirms nothing, so that a program that only looks whether the
// link leads somewhere does not use it up.
//
// A link bears no SECRET_HASH, since the app has no part in it: the code alone is the proof, and it
// went to the address that it confirms.
import { confirmSignUp } from '#app/accounts/confirm.js'
import type { AccountServices } from '#app/accounts/services.js'
import { DependencyError } from '#base/dependency-error.js'
import type { Logger } from '#base/log.js'
import type { RefusalReason } from '#domain/refusal.js'
import { asPrimary } from '#ports/capability.js'
import type { Clients, Domains, Pools } from '#ports/directory.js'
import { KeyRefusedError } from '#ports/keys.js'
import { TriggerError } from '#ports/triggers.js'
import type { UsageNotes } from '#ports/usage.js'
import type { PublicUrls } from '../oauth/public-urls.js'
import { type HttpRequest, type HttpResponse, headerOf, type Route } from '../route.js'
import { domainRoutes } from './domain-routes.js'
import { type Page, pageResponse } from './page.js'

/** What the page works with. */
export interface ConfirmUserServices
  extends Pick<
    AccountServices,
    'poolKeys' | 'users' | 'poolWork' | 'triggers' | 'clock' | 'random'
  > {
  readonly domains: Pick<Domains, 'resolve'>
  readonly pools: Pick<Pools, 'find'>
  readonly clients: Pick<Clients, 'find'>
  readonly usage: UsageNotes
  readonly log: Logger
}

const CONFIRMED: Page = {
  status: 200,
  title: 'Confirmed',
  text: 'Your registration has been confirmed!',
}
const ALREADY: Page = {
  status: 400,
  title: 'Confirmed already',
  text: 'This link was used before: the registration is confirmed.',
}
const INVALID: Page = {
  status: 400,
  title: 'Invalid link',
  text: 'This link is not valid, or was used before.',
}
const EXPIRED: Page = {
  status: 400,
  title: 'Expired link',
  text: 'This link has expired. Ask for another where you registered.',
}
const TOO_MANY: Page = {
  status: 429,
  title: 'Too many attempts',
  text: 'There were too many attempts. Ask for another link where you registered.',
}
const TAKEN: Page = {
  status: 400,
  title: 'Address in use',
  text: 'Another account has this address.',
}
const NOT_NOW: Page = {
  status: 503,
  title: 'Not now',
  text: 'Registrations cannot be confirmed at the moment. Try again later.',
}
const LOOKED_AT: Page = { status: 200, title: 'Confirmation', text: '' }

const PAGES: Partial<Readonly<Record<RefusalReason, Page>>> = {
  'not-confirmable': ALREADY,
  'code-expired': EXPIRED,
  'code-failures': TOO_MANY,
  'alias-exists': TAKEN,
}

/** The routes of the page. */
export function confirmUserRoutes(
  services: ConfirmUserServices,
  urls: Pick<PublicUrls, 'domainOfHost'>,
): readonly Route[] {
  return ['/confirmUser/', '/confirmUser'].flatMap((path) =>
    domainRoutes({ methods: ['GET'], path }, urls, (domain, request) =>
      respond(services, domain, request),
    ),
  )
}

async function respond(
  services: ConfirmUserServices,
  domain: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  if (request.method === 'HEAD') return pageResponse(LOOKED_AT)
  try {
    return pageResponse(await confirm(services, domain, request))
  } catch (error) {
    const isExpected =
      error instanceof TriggerError ||
      error instanceof DependencyError ||
      error instanceof KeyRefusedError
    if (!isExpected) throw error
    services.log.warn('a link did not confirm', { requestId: request.requestId, error })
    // What PostConfirmation says comes when the user is confirmed.
    const isDone = error instanceof TriggerError && error.trigger === 'PostConfirmation'
    return pageResponse(isDone ? CONFIRMED : NOT_NOW)
  }
}

async function confirm(
  services: ConfirmUserServices,
  domainName: string,
  request: HttpRequest,
): Promise<Page> {
  const { searchParams } = new URL(request.url, 'http://domain')
  const one = (name: string) => {
    const values = searchParams.getAll(name)
    return values.length === 1 ? values[0] : undefined
  }
  const clientId = one('client_id')
  const username = one('user_name')
  const code = one('confirmation_code')
  const isWhole = isText(clientId, 128) && isText(username, 128) && isText(code, 2048)
  const domain = isWhole ? await services.domains.resolve(domainName) : undefined
  const pool = domain && (await services.pools.find(domain.poolId))
  if (pool === undefined || !isWhole) return INVALID
  const primary = asPrimary(pool)
  if (primary === undefined) return NOT_NOW
  const client = await services.clients.find(pool, clientId)
  if (client === undefined) return INVALID
  const { requestId, sourceIp, headers } = request
  const outcome = await confirmSignUp(
    services,
    {
      pool: primary,
      client: client.client,
      secrets: [],
      request: {
        requestId,
        eventId: services.random.uuid(),
        operation: 'ConfirmSignUp',
        sourceIp,
        userAgent: headerOf(headers, 'user-agent'),
        clientMetadata: {},
        userContextData: undefined,
      },
    },
    { username, code, secretHash: undefined, forceAliasCreation: false },
  )
  if (outcome.kind === 'done') services.usage.active(pool, outcome.user.sub)
  return outcome.kind === 'done' ? CONFIRMED : (PAGES[outcome.reason] ?? INVALID)
}

function isText(text: string | undefined, lengthMax: number): text is string {
  return text !== undefined && text !== '' && text.length <= lengthMax
}
