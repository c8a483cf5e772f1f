// From the release before this one to this one: both Regions, one after the other, while people
// sign in. What either version wrote, the other understands.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateGroupCommand,
  GlobalSignOutCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { type Release, unpackRelease } from '#test/support/release.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  createPool,
  EAST,
  type Endpoints,
  getUser,
  type ReplicatedPool,
  refresh,
  signIn,
  type Tokens,
  WEST,
} from '#test/support/replicated-pool.js'
import { type Stack, startStack, waitUntilHealthy } from '#test/support/stack.js'
import { waitFor } from '#test/support/wait.js'

/** So many at least, so that a check that nothing fails has something to see. */
const SIGN_INS_MIN = 10

let release: Release
let stack: Stack
let clients: Endpoints
let pool: ReplicatedPool
/** Sessions that began before the upgrade, in either Region. */
const sessions: { readonly west: Tokens; readonly east: Tokens }[] = []

before(async () => {
  release = unpackRelease('0.1.0')
  stack = await startStack({ program: release.program })
  const regions = Object.fromEntries(stack.regions.map((region) => [region.name, region]))
  clients = { regions, credentials: ROOT_ACCESS_KEY }
  const settings = { IssuerConfiguration: { Type: 'UPDATED' as const } }
  pool = await createPool(clients, { users: 3, settings })
  await cognitoOf(clients, WEST).send(
    new CreateGroupCommand({ UserPoolId: pool.userPoolId, GroupName: 'before' }),
  )
  await activateReplica(clients, pool.userPoolId)
  for (const user of ['user-0', 'user-1', 'user-2']) {
    const west = await signIn(clients, WEST, pool, user)
    sessions.push({ west, east: await signIn(clients, EAST, pool, user) })
  }
})

after(async () => {
  await stack?.close()
  release?.remove()
})

/** As an application does it: in the other Region if one does not respond. */
async function signInSomewhere(username: string): Promise<void> {
  try {
    await signIn(clients, WEST, pool, username)
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
    if (status !== undefined && status < 500) throw error
    await signIn(clients, EAST, pool, username)
  }
}

/** The keys of the pool at the issuer that all Regions share, as verifiers fetch them. */
async function fetchKeys(): Promise<void> {
  const url = `${stack.edgeUrl}/issuer/${WEST}/${pool.userPoolId}/.well-known/jwks.json`
  const response = await fetch(url)
  const { keys } = (await response.json()) as { keys: readonly unknown[] }
  assert.equal(keys.length, 2)
}

/** Signs in and verifies until stopped. */
function signInAllAlong(): { stop(): Promise<{ failures: readonly unknown[] }> } {
  const failures: unknown[] = []
  let count = 0
  let isStopped = false
  const running = (async () => {
    while (!isStopped) {
      await signInSomewhere(`user-${count % 3}`).catch((error) => failures.push(error))
      await fetchKeys().catch((error) => failures.push(error))
      count += 1
    }
  })()
  return {
    async stop() {
      await waitFor(() => count >= SIGN_INS_MIN, { what: 'sign-ins', timeoutMs: 60_000 })
      isStopped = true
      await running
      return { failures }
    },
  }
}

async function upgrade(region: string): Promise<void> {
  const { node } = stack.region(region)
  await node.stop()
  node.program = undefined
  await node.start()
  await waitUntilHealthy(stack.region(region))
}

/** Waits until a user that is made in the West now has arrived in the East. */
async function waitForStream(username: string): Promise<void> {
  await addUser(clients, pool.userPoolId, username)
  await waitFor(() => signIn(clients, EAST, pool, username), {
    what: `${username} to sign in at ${EAST}`,
    timeoutMs: 30_000,
  })
}

const whileSigningIn = async (work: () => Promise<void>) => {
  const signIns = signInAllAlong()
  try {
    await work()
  } finally {
    const { failures } = await signIns.stop()
    assert.deepEqual(failures, [])
  }
}

/** Every session goes on in both Regions, and its tokens are good in both. */
async function assertSessionsGoOn(): Promise<void> {
  for (const { west, east } of sessions) {
    for (const region of [WEST, EAST]) {
      for (const tokens of [west, east]) {
        await refresh(clients, region, pool, tokens)
        await getUser(clients, region, tokens)
      }
    }
  }
}

test('a secondary of this release copies from a primary of the one before', async () => {
  await whileSigningIn(async () => {
    await upgrade(EAST)
    await waitForStream('made-before-the-primary')
  })
  await assertSessionsGoOn()
  // What is said in the new version holds in the old one.
  const ended = await signIn(clients, EAST, pool, 'user-0')
  await getUser(clients, WEST, ended)
  await cognitoOf(clients, EAST).send(new GlobalSignOutCommand({ AccessToken: ended.accessToken }))
  await waitFor(
    () =>
      getUser(clients, WEST, ended).then(
        () => false,
        ({ name }) => name === 'NotAuthorizedException',
      ),
    { what: 'the sign-out to arrive in the West' },
  )
  sessions.shift()
})

test('then the primary follows, and nothing of before is lost', async () => {
  await whileSigningIn(async () => {
    await upgrade(WEST)
    await waitForStream('made-after-the-primary')
  })
  await assertSessionsGoOn()
  for (const region of [WEST, EAST]) {
    const { Users = [] } = await cognitoOf(clients, region).send(
      new ListUsersCommand({ UserPoolId: pool.userPoolId }),
    )
    assert.equal(Users.length, 5)
    const [row] = await stack.region(region).sql(
      (sql) => sql`
        select home_region, owner_region, owner_epoch from user_pools
         where user_pool_id = ${pool.userPoolId}`,
    )
    assert.deepEqual({ ...row }, { home_region: WEST, owner_region: WEST, owner_epoch: 1 })
  }
})

test('the edge follows last, and serves what its successors made', async () => {
  await stack.edge.stop()
  stack.edge.program = undefined
  await stack.edge.start()
  await whileSigningIn(() => waitForStream('made-after-the-edge'))
  for (const { name, node } of stack.regions) assert.deepEqual(node.unexpectedEnds, [], name)
})
