// Usage over two Regions of real processes: a node that ends in order leaves nothing unwritten, and
// one that is killed loses a second at most, and nothing twice.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  GetClientTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import { monthOf } from '#domain/usage/month.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import {
  activateReplica,
  cognitoOf,
  createPool,
  EAST,
  type Endpoints,
  type ReplicatedPool,
  signIn,
  WEST,
} from '#test/support/replicated-pool.js'
import { type Stack, type StackRegion, startStack } from '#test/support/stack.js'
import { waitFor } from '#test/support/wait.js'

type Row = Readonly<Record<string, unknown>>

let stack: Stack
let reached: Endpoints
let pool: ReplicatedPool
let machine: { readonly ClientId: string; readonly Secret: string }

before(async () => {
  stack = await startStack()
  reached = {
    regions: { [WEST]: stack.west, [EAST]: stack.east },
    credentials: ROOT_ACCESS_KEY,
  }
  pool = await createPool(reached, { users: 3 })
  await activateReplica(reached, pool.userPoolId)
  machine = await makeMachine()
  await waitFor(async () => (await usersIn(stack.west)) === 3, { what: 'those who were created' })
  await forgetUsers()
})

after(() => stack.close())

async function makeMachine() {
  const west = cognitoOf(reached, WEST)
  const UserPoolId = pool.userPoolId
  const Scopes = [{ ScopeName: 'read', ScopeDescription: 'read' }]
  await west.send(
    new CreateResourceServerCommand({ UserPoolId, Identifier: 'orders', Name: 'Orders', Scopes }),
  )
  const { UserPoolClient } = await west.send(
    new CreateUserPoolClientCommand({
      ...{ UserPoolId, ClientName: 'machine', GenerateSecret: true },
      ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as never],
      AllowedOAuthScopes: ['orders/read'],
    }),
  )
  return {
    ClientId: required(UserPoolClient?.ClientId, 'client ID'),
    Secret: required(UserPoolClient?.ClientSecret, 'secret'),
  }
}

/** As if their creation had been in another month: the node that remembers it begins anew. */
async function forgetUsers(): Promise<void> {
  await stack.west.node.stop()
  await stack.west.sql(async (sql) => {
    await sql`select set_config('twinpool.region', ${WEST}, false)`
    await sql`delete from monthly_active_users`
  })
  await stack.west.node.start()
  await waitFor(async () => (await usersIn(stack.east)) === 0, { what: 'nobody in the east' })
}

/** What a Region tells of the pool. */
async function usageOf({ name, endpoint }: StackRegion): Promise<Row> {
  const target = { region: name, endpoint, credentials: ROOT_ACCESS_KEY }
  const { Pools } = await callAny([target], 'GetUsage', { Month: monthOf(Date.now()) })
  const pools = Pools as readonly Row[]
  return required(
    pools.find((one) => one['UserPoolId'] === pool.userPoolId),
    'pool',
  )
}

const usersIn = async (region: StackRegion) => (await usageOf(region))['MonthlyActiveUsers']

async function tokensIn(region: StackRegion): Promise<unknown> {
  const [client] = (await usageOf(region))['MachineClients'] as readonly Row[]
  return client?.['Tokens'] ?? 0
}

async function getTokens(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await cognitoOf(reached, WEST).send(new GetClientTokenCommand(machine))
  }
}

test('a node that ends in order leaves nothing unwritten', async () => {
  await getTokens(3)
  await signIn(reached, EAST, pool, 'user-0')
  await Promise.all([stack.west.node.stop(), stack.east.node.stop()])
  const rowsOf = (region: StackRegion, table: string) =>
    region.sql((sql) => sql`select * from ${sql(table)} where user_pool_id = ${pool.userPoolId}`)
  const users = await rowsOf(stack.east, 'monthly_active_users')
  assert.deepEqual(
    users.map((row) => row['origin_region']),
    [EAST],
  )
  const tokens = await rowsOf(stack.west, 'machine_token_counts')
  assert.deepEqual(
    tokens.map((row) => row['tokens']),
    ['3'],
  )
  assert.ok((await rowsOf(stack.east, 'endpoint_uses')).length > 0)
  await Promise.all([stack.west.node.start(), stack.east.node.start()])
})

test('kill -9 of the primary loses what is not written, and the other Region goes on', async () => {
  await signIn(reached, WEST, pool, 'user-0')
  await signIn(reached, WEST, pool, 'user-1')
  await getTokens(4)
  await waitFor(async () => (await tokensIn(stack.west)) === 7, { what: 'all tokens' })
  // These may be lost, if the second has not ended; nothing else is.
  await getTokens(2)
  await Promise.all([stack.west.node.kill(), stack.west.cluster.kill()])
  await signIn(reached, EAST, pool, 'user-1')
  await signIn(reached, EAST, pool, 'user-2')
  await waitFor(async () => (await usersIn(stack.east)) === 3, { what: 'all users in the east' })
  await stack.west.cluster.start()
  await stack.west.node.start()
  await getTokens(5)
  const lost = await waitFor(
    async () => {
      const [west, east] = await Promise.all([tokensIn(stack.west), tokensIn(stack.east)])
      return west === east && [12, 13, 14].includes(Number(west)) && { count: 14 - Number(west) }
    },
    { what: 'the tokens of both lives in both Regions' },
  )
  assert.ok(lost.count <= 2)
  for (const region of stack.regions) {
    await waitFor(async () => (await usersIn(region)) === 3, { what: `users in ${region.name}` })
  }
})

test('a replica is metered by the hour, and priced', async () => {
  const usage = await waitFor(
    async () => {
      const told = await usageOf(stack.east)
      const [replica] = told['Replicas'] as readonly Row[]
      return replica !== undefined && told
    },
    { what: 'the replica', timeoutMs: 90_000 },
  )
  const [replica] = usage['Replicas'] as readonly Row[]
  assert.equal(replica?.['RegionName'], EAST)
  assert.ok(Number(replica?.['Hours']) < 1)
})
