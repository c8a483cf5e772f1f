// The console in a real browser: a window with its page, signed in, and what the page did that it
// must not do.
import type { Browser, Page, Request } from 'playwright-core'
import { required } from '#base/assert.js'
import { type Watch, watchPage } from './browser.js'
import { ConsoleBrowser } from './console-browser.js'
import { ROOT_ACCESS_KEY } from './node-config.js'
import { waitFor } from './wait.js'

export const DESKTOP = { width: 1280, height: 900 }
export const PHONE = { width: 375, height: 812 }

export interface ConsoleWindow {
  readonly page: Page
  readonly watch: Watch
  /** Responses that are errors: "400 ListUsers", "401 /console/session". */
  readonly refused: string[]
  /** Shows an address of the console, such as `#/pools`, and waits until the page is complete. */
  show(address: string): Promise<void>
  /** Waits until nothing is being loaded. */
  settled(): Promise<void>
  close(): Promise<void>
}

export interface ConsoleWindowOptions {
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly colorScheme?: 'light' | 'dark'
  /** A script that is there before those of the page; its policy does not bind a debugger. */
  readonly script?: string
  /** Whose session it is; `null`: nobody has signed in. */
  readonly accessKey?: typeof ROOT_ACCESS_KEY | null
}

/** Opens the console of a Region or an edge. */
export async function openConsole(
  browser: Browser,
  origin: string,
  options: ConsoleWindowOptions = {},
): Promise<ConsoleWindow> {
  const { viewport = DESKTOP, colorScheme = 'light', accessKey = ROOT_ACCESS_KEY } = options
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
  if (options.script !== undefined) await context.addInitScript(options.script)
  if (accessKey !== null) await context.addCookies([await cookieOf(origin, accessKey)])
  const page = await context.newPage()
  const watch = watchPage(page)
  const refused: string[] = []
  page.on('response', (response) => {
    if (response.status() >= 400) refused.push(`${response.status()} ${nameOf(response.request())}`)
  })
  const pending = new Set<unknown>()
  page.on('request', (request) => pending.add(request))
  page.on('requestfinished', (request) => pending.delete(request))
  page.on('requestfailed', (request) => pending.delete(request))
  const settled = async () => {
    const isComplete = async () =>
      pending.size === 0 && (await page.evaluate<boolean>(COMPLETE)) && pending.size === 0
    await waitFor(isComplete, { what: `${page.url()} to be complete`, timeoutMs: 20_000 })
  }
  return {
    page,
    watch,
    refused,
    settled,
    async show(address) {
      // Requests of a page that is left are not always told to have ended.
      if (page.url() === 'about:blank') pending.clear()
      // Within the console only the part behind `#` changes, which loads what the page needs.
      await page.goto(`${origin}/console/${address}`)
      await settled()
    },
    close: () => context.close(),
  }
}

/** The browser says so of each refusal; `refused` says which it was. */
const OF_A_REFUSAL = /Failed to load resource: the server responded with a status of /

type Watched = Pick<ConsoleWindow, 'watch'>

/** What a page complained about. */
export function complaintsOf({ watch }: Watched): string[] {
  return watch.complaints.filter((text) => !OF_A_REFUSAL.test(text))
}

/** What a page asked of others. */
export function requestsElsewhere({ watch }: Watched, origin: string): string[] {
  const isOwn = (url: string) => url.startsWith(`${origin}/console/`) || url.startsWith('data:')
  return watch.requests.filter((url) => !isOwn(url))
}

/** Something is there, and nothing that says "loading". */
const COMPLETE = `new Promise((done) => requestAnimationFrame(() => done(
  document.querySelector('main :is(h1, h2)') !== null &&
  document.querySelector('[class*=circle-left]') === null
)))`

/** The operation, or the path of what is no call of one. */
function nameOf(request: Request): string {
  const target = request.headers()['x-amz-target']
  return target?.replace(/^.*\./, '') ?? new URL(request.url()).pathname
}

async function cookieOf(origin: string, accessKey: typeof ROOT_ACCESS_KEY) {
  const signed = new ConsoleBrowser(origin)
  const { status } = await signed.signIn(accessKey)
  if (status !== 200) throw new Error(`the sign-in gave ${status}`)
  const [name, value] = signed.cookie.split('=')
  const { hostname } = new URL(origin)
  return {
    name: required(name, 'the name of the cookie'),
    value: required(value, 'the cookie'),
    domain: hostname,
    path: '/console',
    httpOnly: true,
    sameSite: 'Strict' as const,
  }
}
