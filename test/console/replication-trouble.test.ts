// The replication pages when something is in the way: keys that cannot serve yet, a primary Region
// that is away, and somebody else who changes the same pool.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { DisableKeyCommand } from '@aws-sdk/client-kms'
import type { Edge } from '#edge/edge.js'
import { pauseApplying } from '#test/support/apply-worker.js'
import { NO_BROWSER, startBrowser, type TestBrowser } from '#test/support/browser.js'
import { type ConsolePage, visitAsRoot } from '#test/support/console-visit.js'
import { activateReplica, createPool, signIn } from '#test/support/replicated-pool.js'
import { startTestEdge } from '#test/support/test-edge.js'
import { EAST, startTwoNodes, type TwoNodes, WEST } from '#test/support/two-nodes.js'
import {
  ACTIVATE,
  ADMINISTERED_ONLY,
  addressOf,
  CHANGE_ISSUER,
  CREATE,
  DEACTIVATE,
  DENIED_TO_ALL,
  goOn,
  makeKey,
  makePool,
  PUT_STATEMENTS,
  untilStep,
} from './replication-rig.js'

describe('the replication pages in trouble', { skip: NO_BROWSER }, () => {
  let nodes: TwoNodes
  let edge: Edge
  let started: TestBrowser
  before(async () => {
    nodes = await startTwoNodes()
    const regions = [nodes.west, nodes.east]
    edge = await startTestEdge(regions.map(({ region, endpoint }) => ({ name: region, endpoint })))
    started = await startBrowser()
  })
  after(async () => {
    await started.close()
    await edge.stop()
    await nodes.close()
  })

  const visit = (
    address: string,
    run: (visited: ConsolePage) => Promise<void>,
    more: { readonly origin?: string; readonly refused?: readonly string[] } = {},
  ) => {
    const { browser } = started
    return visitAsRoot({ browser, origin: nodes.west.endpoint, address, ...more }, run)
  }

  test('a key that cannot serve is off or not usable, and they say why', async () => {
    const { userPoolId } = await makePool(nodes, 'keys')
    const single = await makeKey(nodes, { isMultiRegion: false })
    const disabled = await makeKey(nodes, { isReplicated: true })
    await nodes.west.kms.send(new DisableKeyCommand({ KeyId: disabled.keyId }))
    const alone = await makeKey(nodes)
    const denied = await makeKey(nodes, { isReplicated: true, policy: DENIED_TO_ALL })
    const closed = await makeKey(nodes, { isReplicated: true, policy: ADMINISTERED_ONLY })
    await visit(addressOf(userPoolId), async (visited) => {
      const { page } = visited
      const radioOf = (keyId: string, reason = '') =>
        page.getByRole('radio', { name: keyId + reason, exact: true })
      const isSingle =
        ': It is a single-Region key, and stays one; a replica needs a multi-Region key.'
      await radioOf(single.keyId, isSingle).waitFor()
      assert.equal(await radioOf(single.keyId, isSingle).isDisabled(), true)
      assert.equal(await radioOf(disabled.keyId, ': Its state is Disabled.').isDisabled(), true)

      const use = visited.button('Use this key')
      const rowOf = (region: string, call: string) =>
        page.getByRole('row', { name: `${region} kms:${call} ` })
      await radioOf(alone.keyId).click()
      await rowOf(EAST, 'Encrypt')
        .getByText(`The key is not in Region ${EAST}; replicate it there.`)
        .waitFor()
      await rowOf(WEST, 'Encrypt').getByText('Nothing').waitFor()
      assert.equal(await visited.whyOff(use), `The key does not serve in ${EAST}; see the check.`)

      await radioOf(closed.keyId).click()
      for (const region of [WEST, EAST]) {
        const lacks = `in Region ${region} lacks the statement AllowCognitoToUseTheKey.`
        await rowOf(region, 'Encrypt').getByText(lacks).waitFor()
      }
      assert.match(await visited.whyOff(use), /^The key does not serve in us-west-2, us-east-1;/)
      await visited.button('Apply for me').click()
      await visited.confirm(...PUT_STATEMENTS)
      for (const region of [WEST, EAST]) {
        await rowOf(region, 'Decrypt').getByText('Nothing').waitFor()
      }
      assert.equal(await use.isEnabled(), true)

      // The statements are there, and what is in the way is another one.
      await radioOf(denied.keyId).click()
      for (const region of [WEST, EAST]) {
        await rowOf(region, 'Decrypt')
          .getByText(
            `The Deny statement "Nobody opens" in the policy of the key in Region ${region}`,
          )
          .waitFor()
      }
      await page.getByText('A Deny statement refuses kms:Decrypt (Nobody opens)').first().waitFor()
      await visited.button('Apply for me').click()
      await visited.confirm(...PUT_STATEMENTS)
      await page.getByText('Has all 4 statements').nth(1).waitFor()
      await page.getByText('A Deny statement refuses kms:Decrypt (Nobody opens)').nth(1).waitFor()
      assert.equal(await page.getByText('lacks the statement').count(), 0)

      // Who has the address of a key that is off sees what is missing.
      await page.goto(
        `${nodes.west.endpoint}/console/${addressOf(userPoolId, 'key')}?key=${disabled.arn}`,
      )
      await rowOf(WEST, 'Encrypt').getByText(`Enable the key in Region ${WEST}.`).waitFor()
      assert.match(await visited.whyOff(use), /^The key does not serve in us-west-2;/)
      await page.getByRole('link', { name: '3. Region', exact: true }).click()
      await untilStep(visited, '3. Region', 'Blocked')
      assert.equal(await page.getByRole('radio', { name: EAST }).isDisabled(), true)
      assert.equal(await visited.whyOff(visited.button('Create replica')), 'The key comes first.')
    })
  })

  test('two administrators see what the other did, and a refusal with the new state', async () => {
    const { userPoolId } = await createPool(nodes)
    const address = addressOf(userPoolId)
    const refused = ['400 CreateUserPoolReplica']
    const both = (run: (first: ConsolePage, second: ConsolePage) => Promise<void>) =>
      visit(address, (first) => visit(address, (second) => run(first, second), { refused }))
    await both(async (first, second) => {
      const changing = second.dialog(CHANGE_ISSUER[0])
      await second.button('Change issuer type').click()
      await changing.getByLabel('To confirm').fill('UPDA')
      await first.button('Change issuer type').click()
      await first.confirm(...CHANGE_ISSUER)
      await untilStep(second, '2. Issuer', 'Done')
      assert.equal(await changing.getByLabel('To confirm').inputValue(), 'UPDA')
      await changing.getByRole('button', { name: 'Cancel', exact: true }).click()

      for (const one of [first, second]) {
        await goOn(one, '3. Region')
        await one.button('Create replica').click()
      }
      await first.confirm(...CREATE)
      const creating = second.dialog(CREATE[0])
      await creating.getByRole('button', { name: CREATE[1], exact: true }).click()
      await creating.getByText('It was refused').waitFor()
      await untilStep(second, '3. Region', 'Started')
      await creating.getByRole('button', { name: 'Cancel', exact: true }).click()
      await second.button('Activate replica').click()
      await second.confirm(...ACTIVATE)
      await untilStep(first, '3. Region', 'Done')
    })
  })

  test('planted: what no page may do is seen', async () => {
    const planted = (script: string) =>
      visit('#/regions', async ({ page }) => {
        await page.evaluate(script)
      })
    await assert.rejects(planted('console.error("a mishap")'), /complaints of the page/)
    await assert.rejects(planted(`fetch('http://127.0.0.1:9/').catch(() => 0)`), /complaints/)
    await assert.rejects(planted(`document.body.innerHTML += '<p style="top: 0">'`), /complaints/)
    await assert.rejects(planted(`fetch('api/${EAST}', { method: 'POST' })`), /refusals/)
  })

  test('the recovery point of a replica is what its own Region says, or not known', async () => {
    const { userPoolId } = await createPool(nodes)
    await activateReplica(nodes, userPoolId)
    const origin = `http://localhost:${edge.port}`
    await visit(
      addressOf(userPoolId, 'state'),
      async ({ page }) => {
        const secondary = page.getByRole('row', { name: /^us-east-1 Secondary/ })
        const point = secondary.getByText(/^[-\d]{10} [:\d]{8} UTC$/)
        await secondary.getByText(`${WEST}, ${EAST}`, { exact: true }).waitFor()
        const resume = await pauseApplying(nodes.east.databaseUrl)
        const pausedAtMs = Date.now()
        try {
          await secondary.getByText(/^\d+\.\d s$/).waitFor()
          const shown = (await point.innerText()).replace(' UTC', 'Z').replace(' ', 'T')
          assert.ok(Date.parse(shown) <= pausedAtMs, shown)
        } finally {
          resume()
        }
        await secondary.getByText(/^\d+ ms$|^\d\.\d ms$/).waitFor()
        await nodes.east.stop()
        try {
          await secondary.getByText('Not known', { exact: true }).waitFor()
          assert.equal(await point.count(), 0)
        } finally {
          await nodes.east.start()
        }
        await point.waitFor()
      },
      { origin, refused: ['503'] },
    )
  })

  // The last one, since a failure leaves the Region away.
  test('a primary Region that is away makes them read-only, but for the replica', async () => {
    const pool = await createPool(nodes, { users: 1 })
    await activateReplica(nodes, pool.userPoolId)
    const origin = `http://localhost:${edge.port}`
    await visit(
      addressOf(pool.userPoolId, 'issuer'),
      async (visited) => {
        const { page } = visited
        const change = visited.button('Change issuer type')
        await change.waitFor()
        assert.equal(await change.isEnabled(), true)
        await nodes.west.stop()
        const paused = page.getByText('Read-only: changes are paused')
        await paused.waitFor()
        assert.match(
          await visited.whyOff(change),
          /^The primary Region us-west-2 does not respond\./,
        )
        await untilStep(visited, '2. Issuer', 'Blocked')

        await page.getByRole('link', { name: 'State of the replica', exact: true }).click()
        await page.getByRole('row', { name: /^us-west-2 Primary down/ }).waitFor()
        await visited.button('Deactivate replica').click()
        await visited.confirm(...DEACTIVATE)
        await page.getByText('Nobody can sign in').waitFor()
        assert.match(
          await visited.whyOff(visited.button('Delete replica')),
          /us-west-2 does not respond/,
        )
        await visited.button('Activate replica').click()
        await visited.confirm(...ACTIVATE)
        await visited.button('Deactivate replica').waitFor()
        await signIn(nodes, EAST, pool, 'user-0')

        await nodes.west.start()
        await paused.waitFor({ state: 'detached' })
        await page.getByRole('link', { name: '2. Issuer', exact: true }).click()
        await change.click()
        await visited.confirm(...CHANGE_ISSUER)
        await untilStep(visited, '2. Issuer', 'Done')
      },
      { origin, refused: ['503'] },
    )
  })
})
