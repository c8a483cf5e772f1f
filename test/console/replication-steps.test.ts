// From a pool in one Region to a replica that signs users in, on the console's pages and in a real
// browser: by mouse, by keyboard alone, and with the page loaded again in the middle of each step.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import { type ConsolePage, visitConsole } from '#test/support/console-visit.js'
import { signIn } from '#test/support/replicated-pool.js'
import { EAST, startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import {
  ACTIVATE,
  addressOf,
  CHANGE_ISSUER,
  CREATE,
  goOn,
  makeKey,
  makePool,
  PUT_STATEMENTS,
  REPLICATE_KEY,
  USE_KEY,
  untilStep,
} from './replication-rig.js'

describe('the replication pages', { skip: NO_BROWSER }, () => {
  let nodes: TwoNodes
  let started: TestBrowser
  before(async () => {
    nodes = await startTwoNodes()
    started = await startBrowser()
  })
  after(async () => {
    await started.close()
    await nodes.close()
  })

  const visit = (
    userPoolId: string,
    run: (visited: ConsolePage) => Promise<void>,
    refused: readonly string[] = [],
  ) => {
    const { browser } = started
    const origin = nodes.west.endpoint
    return visitConsole({ browser, origin, address: addressOf(userPoolId), refused }, run)
  }

  test('lead by mouse to a replica that signs users in', async () => {
    const pool = await makePool(nodes, 'mouse')
    const { keyId } = await makeKey(nodes)
    await visit(pool.userPoolId, async (visited) => {
      const { page } = visited
      await visited.signIn()
      await page.getByRole('radio', { name: keyId, exact: true }).click()
      await page.getByText('Lacks 4 of 4 statements').waitFor()
      await visited.button('Apply for me').click()
      await visited.confirm(...PUT_STATEMENTS)
      await page.getByText('Has all 4 statements').waitFor()

      const missing = page.getByText(`The key is not in Region ${EAST}; replicate it there.`)
      await missing.first().waitFor()
      await visited.button('Replicate key').click()
      await visited.confirm(...REPLICATE_KEY)
      await missing.first().waitFor({ state: 'detached' })
      await visited.button('Check again').click()
      await page.getByRole('row', { name: `${EAST} kms:Decrypt Allowed Nothing` }).waitFor()
      await visited.button('Use this key').click()
      await visited.confirm(...USE_KEY)
      await untilStep(visited, '1. Key', 'Done')

      await goOn(visited, '2. Issuer')
      await visited.button('Change issuer type').click()
      const change = visited
        .dialog(CHANGE_ISSUER[0])
        .getByRole('button', { name: 'Change issuer type' })
      await visited.dialog(CHANGE_ISSUER[0]).getByLabel('To confirm').fill('UPDATE')
      assert.equal(await change.isDisabled(), true, 'the word is not typed to its end')
      await visited.confirm(...CHANGE_ISSUER)
      await untilStep(visited, '2. Issuer', 'Done')

      await goOn(visited, '3. Region')
      await page.getByRole('radio', { name: EAST }).click()
      await visited.button('Create replica').click()
      await visited.confirm(...CREATE)
      await visited.heading('Checklist of regional settings').waitFor()
      await page.getByRole('row', { name: /^Lambda triggers Equal: not set/ }).waitFor()
      await assert.rejects(signIn(nodes, EAST, pool, 'mouse'), {
        name: 'OperationNotEnabledException',
      })
      await visited.button('Activate replica').click()
      await visited.confirm(...ACTIVATE)
      await untilStep(visited, '3. Region', 'Done')
    })
    const { accessToken } = await signIn(nodes, EAST, pool, 'mouse')
    assert.ok(accessToken)
  })

  test('lead there by keyboard alone', async () => {
    const pool = await makePool(nodes, 'keyboard')
    const other = await makeKey(nodes)
    await visit(pool.userPoolId, async (visited) => {
      const { page } = visited
      await visited.signInByKeyboard()
      await visited.pressOn('button', 'Create multi-Region key')
      const made = 'The key was created in us-west-2.'
      await visited.confirmByKeyboard('Create multi-Region key', 'Create key', made)
      await page.getByText('Has all 4 statements').waitFor()
      const key = new URLSearchParams(page.url().split('?')[1]).get('key')?.split('/')[1] ?? ''
      await visited.tabTo('radio', key)
      await visited.arrowTo('radio', other.keyId)
      await page.getByText('Lacks 4 of 4 statements').waitFor()
      await visited.arrowTo('radio', key)
      await page.getByText('Has all 4 statements').waitFor()
      await visited.pressOn('button', 'Replicate key')
      await visited.confirmByKeyboard(...REPLICATE_KEY)
      await page.getByRole('row', { name: `${EAST} kms:Decrypt Allowed Nothing` }).waitFor()
      await visited.pressOn('button', 'Use this key')
      await visited.confirmByKeyboard(...USE_KEY)
      await untilStep(visited, '1. Key', 'Done')

      await visited.pressOn('link', 'Go on: 2. Issuer')
      await visited.pressOn('button', 'Change issuer type')
      await visited.confirmByKeyboard(...CHANGE_ISSUER)
      await untilStep(visited, '2. Issuer', 'Done')

      await visited.pressOn('link', 'Go on: 3. Region')
      await visited.pressOn('radio', `US East (N. Virginia) ${EAST}`, { key: 'Space' })
      await visited.pressOn('button', 'Create replica')
      await visited.confirmByKeyboard(...CREATE)
      await visited.pressOn('button', 'Activate replica')
      await visited.confirmByKeyboard(...ACTIVATE)
      await untilStep(visited, '3. Region', 'Done')
    })
    await signIn(nodes, EAST, pool, 'keyboard')
  })

  test('go on where they were when they are loaded again', async () => {
    const pool = await makePool(nodes, 'reload')
    const { keyId } = await makeKey(nodes, { isReplicated: true })
    await visit(
      pool.userPoolId,
      async (visited) => {
        const { page } = visited
        await visited.signIn()
        const key = page.getByRole('radio', { name: keyId, exact: true })
        await key.click()
        await visited.button('Use this key').click()
        await visited.dialog(USE_KEY[0]).waitFor()
        await page.reload()
        await key.and(page.locator(':checked')).waitFor()
        assert.equal(await visited.dialog(USE_KEY[0]).count(), 0)
        await untilStep(visited, '1. Key', 'Not started')
        await visited.button('Use this key').click()
        await visited.confirm(...USE_KEY)

        await goOn(visited, '2. Issuer')
        await visited.button('Change issuer type').click()
        await visited.dialog(CHANGE_ISSUER[0]).getByLabel('To confirm').fill('UPDATED')
        await page.reload()
        await untilStep(visited, '2. Issuer', 'Not started')
        await visited.button('Change issuer type').click()
        await visited.confirm(...CHANGE_ISSUER)

        await goOn(visited, '3. Region')
        await nodes.east.stop()
        await visited.button('Create replica').click()
        await visited.confirm(...CREATE)
        const creating = visited.heading(`Creating the replica in ${EAST}`)
        await creating.waitFor()
        await page.getByText('What it waits for').waitFor()
        await page.reload()
        await creating.waitFor()
        await nodes.east.start()
        await visited.button('Activate replica').waitFor()
        await page.reload()
        await visited.heading('Checklist of regional settings').waitFor()
        await visited.button('Activate replica').click()
        await visited.confirm(...ACTIVATE)
        await page.reload()
        await untilStep(visited, '3. Region', 'Done')
      },
      ['503'],
    )
    await signIn(nodes, EAST, pool, 'reload')
  })
})
