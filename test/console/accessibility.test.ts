// People who do not see the console well, or not at all: axe-core finds nothing serious on any
// page, in light and dark.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { required } from '#base/assert.js'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import { addressesOf } from '#test/support/console-addresses.js'
import {
  type ConsoleSample,
  makeConsoleSample,
  untilKeysAreChecked,
} from '#test/support/console-sample.js'
import { type ConsoleWindow, openConsole } from '#test/support/console-window.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The mode changes colours and nothing else, so the dark one is looked at for colours only. */
const RULES = {
  light: '{}',
  dark: "{ runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }",
}

/** What is serious or critical, with where it is. */
function findings(page: Page, rules: string): Promise<string[]> {
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'], ...${rules} })
    .then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target, html, failureSummary }) =>
        [id, target.join(' '), html.slice(0, 200), failureSummary].join(' | '))))`)
}

describe('accessibility of the console', { skip: NO_BROWSER }, () => {
  let started: TestBrowser
  let nodes: TwoNodes
  let sample: ConsoleSample
  let shown: ConsoleWindow
  before(async () => {
    nodes = await startTwoNodes({ keys: () => ({ healthCheckSeconds: 1 }) })
    sample = await makeConsoleSample(nodes)
    await untilKeysAreChecked(nodes)
    started = await startBrowser()
    shown = await openConsole(started.browser, nodes.west.endpoint, { script: AXE })
  })
  after(async () => {
    await started?.close()
    await nodes?.close()
  })

  /** Findings of what is shown now, by mode. */
  async function inspect({ page }: ConsoleWindow): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {}
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const isDark = () =>
        page.evaluate<boolean>(`document.querySelector('.awsui-dark-mode') !== null`)
      await waitFor(async () => (await isDark()) === (colorScheme === 'dark'), {
        what: `the ${colorScheme} mode`,
      })
      const list = await findings(page, RULES[colorScheme])
      if (list.length > 0) found[colorScheme] = list
    }
    return found
  }

  test('nothing serious is found on any page', async (t) => {
    for (const [name, address] of addressesOf(sample)) {
      await t.test(name, async () => {
        await shown.show(address)
        assert.deepEqual(await inspect(shown), {})
      })
    }
  })

  test('nor in the dialog of a change', async () => {
    const { page } = shown
    await shown.show(required(addressesOf(sample).get('pool-groups'), 'an address'))
    await page.getByRole('button', { name: 'Create group' }).click()
    await page.getByRole('dialog').waitFor()
    assert.deepEqual(await inspect(shown), {})
  })

  test('nor where nobody has signed in', async () => {
    const options = { script: AXE, accessKey: null }
    const outside = await openConsole(started.browser, nodes.west.endpoint, options)
    for (const address of ['', '#/link/AQAA']) {
      await outside.show(address)
      assert.deepEqual(await inspect(outside), {}, address)
    }
    await outside.close()
  })

  test('planted: what cannot be read, and has no name, is found', async () => {
    await shown.show('#/pools')
    await shown.page.evaluate(`(() => {
      const faint = document.createElement('p')
      faint.textContent = 'faint'
      faint.style.color = '#777'
      faint.style.background = '#888'
      document.querySelector('main td').append(faint, document.createElement('button'))
    })()`)
    const { light = [], dark = [] } = await inspect(shown)
    assert.deepEqual(light.map((text) => text.split(' ')[0]).toSorted(), [
      'button-name',
      'color-contrast',
    ])
    assert.equal(dark.length, 1)
  })
})
