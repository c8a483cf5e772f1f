// The start page as a person sees it: a real browser, in front of a real stack whose Regions come
// and go, and in front of Regions that say whatever we like.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SignUpCommand } from '@aws-sdk/client-cognito-identity-provider'
import type { Locator, Page } from 'playwright-core'
import type { Edge } from '#edge/edge.js'
import { NO_BROWSER, startBrowser, type TestBrowser, watchPage } from '#test/support/browser.js'
import {
  activateReplica,
  cognitoOf,
  createPool,
  EAST,
  PASSWORD,
  type ReplicatedPool,
  WEST,
} from '#test/support/replicated-pool.js'
import { startTestEdge, startUpstream, type Upstream } from '#test/support/test-edge.js'
import { startTwoRegions, type TwoRegions } from '#test/support/two-regions.js'
import { waitFor } from '#test/support/wait.js'

const DESKTOP = { width: 1200, height: 800 }
const PHONE = { width: 375, height: 700 }
const MARKUP = '<img/src=x/onerror=alert(1)>'
const LONG = `averylongnamewithoutanyplacetobreak${'x'.repeat(90)}`

/** Pixels of the page that are beyond the right edge of the window. */
const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')

/** Texts that reach out of their own box, or out of the window. */
const cutOff = (page: Page) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('main :not(thead, thead *)')]
    .filter((one) => one.offsetParent !== null && getComputedStyle(one).display !== 'inline')
    .filter((one) => one.scrollWidth > one.clientWidth + 1 ||
      one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 100))`)

describe('the start page in a browser', { skip: NO_BROWSER }, () => {
  let started: TestBrowser
  before(async () => {
    started = await startBrowser()
  })
  after(() => started.close())

  const open = async (url: string, viewport = DESKTOP, colorScheme: 'light' | 'dark' = 'light') => {
    const context = await started.browser.newContext({ viewport, colorScheme })
    const page = await context.newPage()
    const watch = watchPage(page)
    await page.goto(url)
    return { page, watch, close: () => context.close() }
  }

  describe('of a stack', () => {
    let stack: TwoRegions
    let pool: ReplicatedPool
    before(async () => {
      stack = await startTwoRegions()
    })
    after(() => stack.stop())

    const region = (page: Page, name: string) => page.locator('.cards li', { hasText: name })
    const row = (page: Page, text: string) => page.locator('tbody tr', { hasText: text })
    const shows = (locator: Locator, pattern: RegExp, what: string) =>
      waitFor(async () => pattern.test(await locator.innerText({ timeout: 500 })), { what })

    test('an empty one says what to do first', async () => {
      const { page, watch, close } = await open(stack.edge)
      assert.equal(await page.title(), 'Twinpool')
      for (const name of [WEST, EAST]) {
        assert.match(await region(page, name).innerText(), /^us-\w+-\d\s+up\s+for [\d.]+ s\s/)
        assert.ok(
          (await region(page, name).innerText()).includes(stack.regions[name]?.endpoint ?? '?'),
        )
      }
      const text = await page.locator('main').innerText()
      assert.match(text, /There is no user pool yet\./)
      assert.match(text, /Nothing was sent yet\./)
      assert.match(text, /create-user-pool --pool-name people/)
      // The way on stands above what is not there yet.
      assert.ok(text.indexOf('create-user-pool') < text.indexOf('There is no user pool'))
      assert.deepEqual(watch.complaints, [])
      await close()
    })

    test('pool, replica, lag, recovery point and code are there, and names stay text', async () => {
      pool = await createPool(stack, {
        settings: { PoolName: LONG, AutoVerifiedAttributes: ['email'] },
      })
      await activateReplica(stack, pool.userPoolId)
      await cognitoOf(stack, WEST).send(
        new SignUpCommand({
          ClientId: pool.clientId,
          Username: MARKUP,
          Password: PASSWORD,
          UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
        }),
      )
      const sent = JSON.parse(await stack.command('outbox', '--json')) as
        | { Code: string }[]
        | { Messages: { Code: string }[] }
      const code = (Array.isArray(sent) ? sent : sent.Messages)[0]?.Code ?? ''
      assert.match(code, /^\d{6}$/)

      const { page, watch, close } = await open(stack.edge)
      const card = page.locator('article', { hasText: LONG })
      assert.equal(await card.locator('.id code').innerText(), pool.userPoolId)
      const issuer = `${stack.regions[WEST]?.endpoint}/${pool.userPoolId}`
      assert.ok((await card.locator('.issuer').innerText()).includes(issuer))
      assert.match(await row(page, 'primary').innerText(), /^us-west-2\s+primary\s+ACTIVE/)
      await shows(
        row(page, 'secondary'),
        new RegExp(
          String.raw`^us-east-1\s+secondary\s+ACTIVE\s+complete\s+` +
            String.raw`(?:verified equal at [\d:]+\s+)?(?:< 1|[\d.]+) s\s+has all up to [\d:]+$`,
        ),
        'lag and recovery point of the replica',
      )
      const moment = await row(page, 'secondary')
        .locator('[data-is=Lag] time')
        .getAttribute('datetime')
      assert.ok(Math.abs(Date.parse(moment ?? '') - Date.now()) < 20_000, moment ?? '')
      const message = row(page, code)
      assert.match(await message.innerText(), /ada@example\.com\s+SignUp\s/)
      assert.match(await message.innerText(), /[\d.]+ s ago$/)
      assert.ok((await message.innerText()).includes(MARKUP))
      assert.equal(await page.locator('img, body script, iframe, object, form').count(), 0)
      assert.match(
        await page.locator('header').innerText(),
        /2 of 2 Regions are up\s+· 1 user pool/,
      )
      assert.deepEqual(watch.complaints, [])
      const elsewhere = watch.requests.filter((url) => !url.startsWith(`${stack.edge}/`))
      assert.deepEqual(
        elsewhere.filter((url) => !url.startsWith('data:')),
        [],
      )
      await close()
    })

    test('a phone has all of it without scrolling sideways', async () => {
      for (const scheme of ['light', 'dark'] as const) {
        const { page, close } = await open(stack.edge, PHONE, scheme)
        assert.equal(await overflow(page), 0, scheme)
        assert.deepEqual(await cutOff(page), [], scheme)
        // Names of columns are at each value instead of above.
        const label = await page.evaluate(
          `getComputedStyle(document.querySelector('td[data-is="Lag"]'), '::before').content`,
        )
        assert.equal(label, '"Lag"')
        await close()
      }
    })

    test('it copies on demand, and a refresh takes no selection away', async () => {
      const { page, watch, close } = await open(stack.edge)
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      const copied = () => page.evaluate<string>('navigator.clipboard.readText()')
      await page.locator('.id .copier').click()
      assert.equal(await copied(), pool.userPoolId)
      assert.equal(await page.locator('.id .copier').innerText(), 'Copied')
      await page.locator('.steps .copier').first().click()
      assert.match(
        await copied(),
        /^node \/\S+twinpool\.js region stop us-west-2 --kill --state-dir \S+$/,
      )
      const visits = () => watch.requests.filter((url) => url === `${stack.edge}/`).length
      await page.locator('.id code').click()
      const before = visits()
      const clock = await page.locator('.clock').innerText()
      await waitFor(() => visits() >= before + 2, { what: 'two refreshes' })
      await waitFor(async () => (await page.locator('.clock').innerText()) !== clock, {
        what: 'the page to have changed',
      })
      assert.equal(await page.evaluate('String(getSelection())'), pool.userPoolId)
      assert.deepEqual(watch.complaints, [])
      await close()
    })

    test('a browser without scripts loads it again', async () => {
      const context = await started.browser.newContext({ javaScriptEnabled: false })
      const page = await context.newPage()
      const watch = watchPage(page)
      await page.goto(stack.edge)
      assert.equal(await page.locator('.copier').first().isVisible(), false)
      const visits = () => watch.requests.filter((url) => url === `${stack.edge}/`).length
      await waitFor(() => visits() >= 3, { what: 'two more visits' })
      await context.close()
    })

    test('it refreshes by itself, stands still when paused, and goes on', async () => {
      const { page, watch, close } = await open(stack.edge)
      const visits = () => watch.requests.filter((url) => url === `${stack.edge}/`).length
      await waitFor(() => visits() >= 2, { what: 'a refresh' })
      await page.getByRole('link', { name: 'Pause' }).click()
      await page.getByRole('link', { name: 'Resume' }).waitFor()
      const id = page.locator('.id code')
      await id.click()
      assert.equal(await page.evaluate('String(getSelection())'), pool.userPoolId)
      assert.equal(await page.locator('meta[http-equiv]').count(), 0)
      const before = visits()
      await page.getByRole('link', { name: 'Resume' }).click()
      await waitFor(() => visits() >= before + 2, { what: 'a refresh after the pause' })
      assert.deepEqual(watch.complaints, [])
      await close()
    })

    test('a Region that was killed is shown as down, and comes back', async () => {
      const { page, watch, close } = await open(stack.edge)
      await stack.command('region', 'stop', WEST, '--kill')
      await shows(region(page, WEST), /^us-west-2\s+down\s+for/, 'us-west-2 to be down')
      assert.match(await region(page, EAST).innerText(), /^us-east-1\s+up/)
      assert.match(await page.locator('header').innerText(), /1 of 2 Regions are up/)
      // The other Region knows the pool, and says how old its knowledge is.
      // A green ACTIVE beside `down` would say two things at once.
      await shows(
        row(page, 'primary'),
        /^us-west-2\s+primary\s+down\s+ACTIVE before/,
        'the primary to be down',
      )
      assert.equal(await row(page, 'primary').locator('.badge.good').count(), 0)
      await shows(row(page, 'secondary'), /has all up to [\d:]+$/, 'the recovery point')
      const said = await page.locator('#outbox').innerText()
      assert.match(said, /us-west-2 does not answer; what was sent there is not shown\./)
      assert.match(await page.locator('.steps').innerText(), /region start us-west-2/)

      await stack.command('region', 'start', WEST)
      await shows(region(page, WEST), /^us-west-2\s+up\s+for/, 'us-west-2 to be up')
      await shows(row(page, 'primary'), /^us-west-2\s+primary/, 'the primary to be up')
      assert.deepEqual(watch.complaints, [])
      await close()
    })
  })

  describe('of Regions that say anything', () => {
    let west: Upstream
    let edge: Edge
    before(async () => {
      west = await startUpstream(WEST)
      const pool = {
        Id: 'us-west-2_abc',
        Name: `<img src=x onerror=alert(1)>${LONG}`,
        PrimaryRegion: WEST,
        RegionNames: [WEST, EAST],
        Role: 'PRIMARY',
        UserPoolTier: 'ESSENTIALS',
        IssuerType: 'UPDATED',
        Domains: [LONG, '"><script>alert(2)</script>'],
      }
      const replica = { UserPoolId: pool.Id, RegionName: EAST, Status: 'CREATING', Step: 'mark' }
      west.operations['ListPools'] = { Pools: [pool] }
      west.operations['ListReplicas'] = {
        Replicas: [{ ...replica, RowsDone: 5, RowsTotal: 1e9, LagMilliseconds: 9e7, Reason: LONG }],
      }
      west.operations['ListOutboxMessages'] = {
        Messages: [
          {
            UserPoolId: pool.Id,
            RegionName: WEST,
            Username: `<svg onload=alert(3)>${LONG}`,
            Medium: 'EMAIL',
            Destination: `${LONG}@example.com`,
            Reason: 'AdminCreateUser',
            Code: LONG,
            CreatedAt: Date.now() / 1000 - 3 * 86_400,
          },
        ],
      }
      edge = await startTestEdge([west])
    })
    after(async () => {
      await edge.stop()
      await west.kill()
    })

    test('markup stays text, and long words stay inside', async () => {
      for (const viewport of [DESKTOP, PHONE]) {
        const { page, watch, close } = await open(`http://localhost:${edge.port}`, viewport)
        const text = await page.locator('main').innerText()
        for (const part of [
          '<img src=x onerror=alert(1)>',
          '<svg onload=alert(3)>',
          '3 days ago',
        ]) {
          assert.ok(text.includes(part), part)
        }
        assert.match(text, /25 h/)
        assert.equal(await page.locator('img, svg, body script').count(), 0)
        assert.equal(await overflow(page), 0)
        assert.deepEqual(await cutOff(page), [])
        assert.deepEqual(watch.complaints, [])
        await close()
      }
    })

    test('planted: a browser runs markup that is not escaped, and we would see it', async () => {
      const { page, watch, close } = await open(`http://localhost:${edge.port}`)
      const planted = `<body><p style="width: 2000px">wide</p><img src=x onerror=alert(1)></body>`
      await page.route('**/planted', (route) =>
        route.fulfill({ contentType: 'text/html', body: planted }),
      )
      await page.goto(`http://localhost:${edge.port}/planted`)
      await waitFor(() => watch.complaints.includes('dialog: 1'), { what: 'the dialog' })
      assert.ok((await overflow(page)) > 0)
      await close()
    })
  })
})
