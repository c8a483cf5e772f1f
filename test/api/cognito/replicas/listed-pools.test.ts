// What each Region lists of a pool for the console and the commands.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider'
import { callAny } from '#cli/signed-call.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { activateReplica, createPool } from '#test/support/replicated-pool.js'
import { type RegionNode, startTwoNodes, type TwoNodes, WEST } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

let nodes: TwoNodes
before(async () => {
  nodes = await startTwoNodes()
})
after(() => nodes.close())

async function listedAt(node: RegionNode, poolId: string) {
  const { region, endpoint } = node
  const target = { region, endpoint, credentials: ROOT_ACCESS_KEY }
  const { Pools } = await callAny([target], 'ListPools', {})
  const pools = Pools as readonly Readonly<Record<string, unknown>>[]
  return pools.find(({ Id }) => Id === poolId)
}

test('each Region lists both issuers of a pool, and which one its tokens name', async () => {
  const { userPoolId } = await createPool(nodes)
  await activateReplica(nodes, userPoolId)
  const issuers = {
    ORIGINAL: `${nodes.west.endpoint}/${userPoolId}`,
    UPDATED: `http://localhost:4500/issuer/${WEST}/${userPoolId}`,
  }
  for (const node of [nodes.west, nodes.east]) {
    const { Issuer, Issuers } = (await listedAt(node, userPoolId)) ?? {}
    assert.deepEqual({ Issuer, Issuers }, { Issuer: issuers.ORIGINAL, Issuers: issuers })
  }
  await nodes.west.cognito.send(
    new UpdateUserPoolCommand({
      UserPoolId: userPoolId,
      IssuerConfiguration: { Type: 'UPDATED' },
    }),
  )
  for (const node of [nodes.west, nodes.east]) {
    const what = `the new issuer in ${node.region}`
    const changed = async () => {
      const pool = await listedAt(node, userPoolId)
      return pool?.['Issuer'] === issuers.UPDATED ? pool : undefined
    }
    assert.deepEqual((await waitFor(changed, { what }))['Issuers'], issuers)
  }
  assert.equal(await listedAt(nodes.west, `${WEST}_nobodyhas`), undefined)
})
