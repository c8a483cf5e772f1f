// The page of an app in a real browser, on an origin of its own, as apps have it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { compiledPath } from '#test/runner/suites.js'

type App = typeof import('./page-app.js')

/** The origin of the app. */
export interface AppSite {
  readonly url: string
  close(): Promise<void>
}

/** Serves the app on `localhost`, where browsers allow what else needs TLS. */
export async function startAppSite(): Promise<AppSite> {
  const { outputFiles } = await build({
    entryPoints: [compiledPath('test/clients/page-app.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'app',
    platform: 'browser',
    define: { global: 'globalThis' },
    logLevel: 'silent',
  })
  const script = outputFiles[0]?.text ?? ''
  const server = createServer((request, response) => {
    const isScript = request.url === '/app.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    const page = '<!doctype html><link rel="icon" href="data:,"><script src="/app.js"></script>'
    response.end(isScript ? script : page)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}/`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A page with the app, in a browser profile of its own. */
export class AppPage {
  readonly #page: Page

  private constructor(page: Page) {
    this.#page = page
  }

  static async open(browser: Browser, site: AppSite): Promise<AppPage> {
    const context = await browser.newContext()
    const page = new AppPage(await context.newPage())
    await page.#page.goto(site.url)
    return page
  }

  /** Calls the app in the page. */
  async call<Name extends keyof App>(
    name: Name,
    ...args: Parameters<App[Name]>
  ): Promise<Awaited<ReturnType<App[Name]>>> {
    const given = args.map((one) => (one === undefined ? 'undefined' : JSON.stringify(one)))
    return this.#page.evaluate<Awaited<ReturnType<App[Name]>>>(`app.${name}(${given.join(',')})`)
  }

  /** An authenticator that is built into the machine of this browser, and whose user is there. */
  async addAuthenticator(): Promise<CDPSession> {
    const session = await this.#page.context().newCDPSession(this.#page)
    await session.send('WebAuthn.enable')
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    return session
  }

  close(): Promise<void> {
    return this.#page.context().close()
  }
}
