// The console's pages in a real browser: signed in by the form, used as people use them, and held
// to what no page may do: complain, be refused what nobody expects, or ask another host.
import assert from 'node:assert/strict'
import type { Browser, Locator, Page } from 'playwright-core'
import { complaintsOf, openConsole, requestsElsewhere } from './console-window.js'
import { ROOT_ACCESS_KEY } from './node-config.js'

const VIEWPORT = { width: 1300, height: 1000 }
const TIMEOUT_MS = 60_000
const PRESSED_MAX = 150
/** The page asks whether it has a session before it shows the form. */
const NOT_SIGNED_IN = '401 /console/session'

export interface ConsoleVisit {
  readonly browser: Browser
  /** A Region's endpoint, or the edge. */
  readonly origin: string
  /** The page's address, as `#/pools`. */
  readonly address: string
  /** Refusals that may come, as `400 UpdateUserPool`; `503` stands for all of a Region away. */
  readonly refused?: readonly string[]
}

/** Opens the console in a browser profile of its own, and says what was wrong with it. */
export async function visitConsole(
  { browser, origin, address, refused = [] }: ConsoleVisit,
  run: (visited: ConsolePage) => Promise<void>,
): Promise<void> {
  const opened = await openConsole(browser, origin, { viewport: VIEWPORT, accessKey: null })
  const { page } = opened
  page.context().setDefaultTimeout(TIMEOUT_MS)
  try {
    await page.goto(`${origin}/console/${address}`)
    await run(new ConsolePage(page))
    const expected = [NOT_SIGNED_IN, ...refused]
    const isExpected = (each: string) => expected.some((one) => `${each} `.startsWith(`${one} `))
    assert.deepEqual(
      [...new Set(opened.refused)].filter((each) => !isExpected(each)),
      [],
      'refusals',
    )
    assert.deepEqual(complaintsOf(opened), [], 'complaints of the page')
    assert.deepEqual(requestsElsewhere(opened, origin), [], 'requests to other places')
  } finally {
    await opened.close()
  }
}

/** The same with the root access key, already signed in. */
export function visitAsRoot(
  visit: ConsoleVisit,
  run: (visited: ConsolePage) => Promise<void>,
): Promise<void> {
  return visitConsole(visit, async (visited) => {
    await visited.signIn()
    await run(visited)
  })
}

type Role = Parameters<Page['getByRole']>[0]

/** A page of the console, by what a screen reader calls its parts. */
export class ConsolePage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { name, exact: true })
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name, exact: true })
  }

  async signIn(key = ROOT_ACCESS_KEY): Promise<void> {
    await this.tryToSignIn(key)
    await this.#untilSignedIn()
  }

  async tryToSignIn(key: typeof ROOT_ACCESS_KEY): Promise<void> {
    await this.page.getByLabel('Access key ID').fill(key.accessKeyId)
    await this.page.getByLabel('Secret access key').fill(key.secretAccessKey)
    await this.button('Sign in').click()
  }

  /** Types into the field that has the focus, and the next one. */
  async signInByKeyboard(): Promise<void> {
    const { keyboard } = this.page
    await this.#focused('textbox', 'Access key ID').waitFor()
    await keyboard.type(ROOT_ACCESS_KEY.accessKeyId)
    await keyboard.press('Tab')
    await keyboard.type(ROOT_ACCESS_KEY.secretAccessKey)
    await keyboard.press('Enter')
    await this.#untilSignedIn()
  }

  #untilSignedIn(): Promise<void> {
    return this.page.getByRole('navigation', { name: 'Side navigation' }).waitFor()
  }

  /** Confirms a change in its dialog, and waits until it says that it is done. */
  async confirm(title: string, action: string, done: string, typed?: string): Promise<void> {
    const dialog = this.dialog(title)
    if (typed !== undefined) await dialog.getByLabel(confirmationOf(typed)).fill(typed)
    await dialog.getByRole('button', { name: action, exact: true }).click()
    await this.#untilDone(dialog, done)
  }

  /** The same without the mouse. A word to type is sent with Enter, as in any form. */
  async confirmByKeyboard(title: string, action: string, done: string, typed?: string) {
    const dialog = this.dialog(title)
    await dialog.waitFor()
    if (typed === undefined) {
      await this.pressOn('button', action, { within: dialog })
    } else {
      await this.tabTo('textbox', confirmationOf(typed), { within: dialog })
      await this.page.keyboard.type(typed)
      await this.page.keyboard.press('Enter')
    }
    await this.#untilDone(dialog, done)
  }

  async #untilDone(dialog: Locator, done: string): Promise<void> {
    await this.page.getByRole('region', { name: 'Notifications' }).getByText(done).waitFor()
    await dialog.waitFor({ state: 'detached' })
  }

  /** Presses Tab until the element has the focus, from wherever that is. */
  async tabTo(role: Role, name: string, { within }: { within?: Locator } = {}): Promise<void> {
    await (within ?? this.page).getByRole(role, { name, exact: true }).first().waitFor()
    await this.#pressUntil('Tab', this.#focused(role, name, within))
  }

  /** The same with the arrow down, as within a group of radio buttons. */
  async arrowTo(role: Role, name: string): Promise<void> {
    await this.#pressUntil('ArrowDown', this.#focused(role, name))
  }

  async #pressUntil(key: string, focused: Locator): Promise<void> {
    for (let pressed = 0; pressed < PRESSED_MAX; pressed += 1) {
      if ((await focused.count()) > 0) return
      await this.page.keyboard.press(key)
    }
    throw new Error(`${key} does not reach ${focused}`)
  }

  async pressOn(role: Role, name: string, options: { within?: Locator; key?: string } = {}) {
    await this.tabTo(role, name, options)
    await this.page.keyboard.press(options.key ?? 'Enter')
  }

  /** Why a button is off, as a screen reader says it. */
  async whyOff(button: Locator): Promise<string> {
    assert.equal(await button.isDisabled(), true, 'the button is off')
    const id = await button.getAttribute('aria-describedby')
    return this.page.locator(`[id="${id}"]`).innerText()
  }

  #focused(role: Role, name: string, within?: Locator): Locator {
    return (within ?? this.page)
      .getByRole(role, { name, exact: true })
      .and(this.page.locator(':focus'))
  }
}

function confirmationOf(word: string): string {
  return `To confirm, type "${word}"`
}
