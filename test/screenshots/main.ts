// `npm run screenshots`: pictures of each page of the console, light, dark and as wide as a phone,
// into `docs/screenshots`. Two real nodes and a pool that is used are started for that; the lag of
// the hour before is made up, since nobody waits an hour for a picture.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import postgres from 'postgres'
import { startBrowser } from '#test/support/browser.js'
import { addressesOf } from '#test/support/console-addresses.js'
import {
  makeConsoleSample,
  untilCopiesAreCompared,
  untilKeysAreChecked,
  untilReplicasAreMetered,
} from '#test/support/console-sample.js'
import {
  type ConsoleWindow,
  type ConsoleWindowOptions,
  DESKTOP,
  openConsole,
  PHONE,
} from '#test/support/console-window.js'
import { EAST, startTwoNodes, type TwoNodes, WEST } from '#test/support/two-nodes.js'
import { projectRoot } from '../../scripts/tree.js'

const FOLDER = join(projectRoot, 'docs/screenshots')
/** A picture of a long page ends here. */
const HEIGHT_MAX = 1600

const LOOKS: Readonly<Record<string, ConsoleWindowOptions>> = {
  light: { viewport: DESKTOP, colorScheme: 'light' },
  dark: { viewport: DESKTOP, colorScheme: 'dark' },
  phone: { viewport: PHONE, colorScheme: 'light' },
}

async function main(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const nodes = await startTwoNodes({ keys: () => ({ healthCheckSeconds: 1 }) })
  const started = await startBrowser()
  try {
    const sample = await makeConsoleSample(nodes)
    await untilKeysAreChecked(nodes)
    await untilCopiesAreCompared(nodes)
    await untilReplicasAreMetered(nodes)
    await Promise.all([addLag(nodes.west.databaseUrl, EAST), addLag(nodes.east.databaseUrl, WEST)])
    for (const look of Object.keys(LOOKS)) {
      await takeSignIn(started.browser, nodes, look)
      const shown = await openConsole(started.browser, nodes.west.endpoint, LOOKS[look])
      for (const [name, address] of addressesOf(sample)) {
        // Each from the beginning, since the navigation stays as a page before left it.
        await shown.page.goto('about:blank')
        await shown.show(address)
        await take(shown, `${name}-${look}`)
      }
      await takeDialog(shown, `#/pools/${sample.pool.userPoolId}/groups`, look)
      await shown.close()
    }
  } finally {
    await started.close()
    await nodes.close()
  }
}

async function takeSignIn(browser: Browser, nodes: TwoNodes, look: string): Promise<void> {
  const options = { ...LOOKS[look], accessKey: null }
  const shown = await openConsole(browser, nodes.west.endpoint, options)
  for (const [name, address] of [
    ['sign-in', ''],
    ['link', '#/link/AQAA'],
  ] as const) {
    await shown.show(address)
    await take(shown, `${name}-${look}`)
  }
  await shown.close()
}

async function takeDialog(shown: ConsoleWindow, address: string, look: string): Promise<void> {
  await shown.show(address)
  await shown.page.getByRole('button', { name: 'Create group' }).click()
  const dialog = shown.page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('auditors')
  await take(shown, `change-${look}`)
}

/** The whole page as far as it is worth a picture; it is complained about when it is too wide. */
async function take({ page }: ConsoleWindow, name: string): Promise<void> {
  const size = page.viewportSize() ?? DESKTOP
  const [tooWide, height] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight]',
  )
  if (tooWide > 0) process.stdout.write(`${name} is ${tooWide} px wider than the window\n`)
  const clip = { x: 0, y: 0, width: size.width, height: Math.min(height, HEIGHT_MAX) }
  // The driver itself makes no WebP, which is a third of the size.
  const debug = await page.context().newCDPSession(page)
  const { data } = await debug.send('Page.captureScreenshot', {
    format: 'webp',
    quality: 60,
    captureBeyondViewport: true,
    clip: { ...clip, scale: 1 },
  })
  await debug.detach()
  writeFileSync(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'))
  process.stdout.write(`${name}\n`)
}

/** Samples of the last hour: a few milliseconds, with a minute in which the peer was slow. */
async function addLag(databaseUrl: string, peer: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined })
  await sql`
    insert into replication_samples
    select now() - n * interval '15 seconds', ${peer},
           ${peer === EAST ? 180 : 320} + 140 * abs(sin(n * 1.7)) +
             case when n between 90 and 98 then 2400 else 0 end,
           4096, 0, 0
      from generate_series(1, 235) n
    on conflict do nothing`
  await sql.end()
}

await main()
