// Sessions across Regions: what ends one on either side ends it on the other, within a second while
// both are up, and after the return of a Region that was down.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AdminUserGlobalSignOutCommand,
  GetTokensFromRefreshTokenCommand,
  GlobalSignOutCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  createPool,
  EAST,
  getUser,
  type ReplicatedPool,
  refresh,
  signIn,
  type Tokens,
  WEST,
} from '#test/support/replicated-pool.js'
import { startTwoRegions, type TwoRegions } from '#test/support/two-regions.js'
import { waitFor } from '#test/support/wait.js'

/** The promise is one second; a loaded test machine gets much on top. */
const TRAVEL_MS = 15_000

let stack: TwoRegions
let pool: ReplicatedPool

before(async () => {
  stack = await startTwoRegions()
  pool = await createPool(stack, { users: 8 })
  await activateReplica(stack, pool.userPoolId)
})

after(() => stack.stop())

const REFUSALS = ['NotAuthorizedException', 'RefreshTokenReuseException']
const isRefused = (call: Promise<unknown>) =>
  call.then(
    () => false,
    (error) => error instanceof Error && REFUSALS.includes(error.name),
  )

async function endsAt(region: string, tokens: Tokens, timeoutMs = TRAVEL_MS): Promise<void> {
  await waitFor(() => isRefused(refresh(stack, region, pool, tokens)), {
    timeoutMs,
    what: `the session to end in ${region}`,
  })
  await assert.rejects(getUser(stack, region, tokens), { name: 'NotAuthorizedException' })
}

test('both Regions publish the same two keys and sign with them', async () => {
  const seen = await Promise.all(
    [WEST, EAST].map(async (region) => {
      const tokens = await signIn(stack, region, pool, 'user-0')
      const { endpoint } = required(stack.regions[region], region)
      const url = `${endpoint}/${pool.userPoolId}/.well-known/jwks.json`
      const { keys } = (await (await fetch(url)).json()) as { keys: readonly { kid: string }[] }
      const signedBy = [kidOf(tokens.idToken), kidOf(tokens.accessToken)]
      assert.equal(keys.length, 2)
      assert.deepEqual(new Set(keys.map(({ kid }) => kid)), new Set(signedBy))
      return { keys, signedBy }
    }),
  )
  assert.deepEqual(seen[0], seen[1])
})

function kidOf(token: string): string {
  const header = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8')
  return (JSON.parse(header) as { readonly kid: string }).kid
}

for (const [from, to] of [
  [WEST, EAST],
  [EAST, WEST],
] as const) {
  test(`tokens of ${from} are accepted by ${to}`, async () => {
    const tokens = await signIn(stack, from, pool, 'user-0')
    assert.equal((await getUser(stack, to, tokens)).Username, 'user-0')
    const renewed = await refresh(stack, to, pool, tokens)
    assert.ok(renewed.AuthenticationResult?.AccessToken)
  })

  test(`a sign-out in ${from} holds in ${to}, and a later session there goes on`, async () => {
    const tokens = await signIn(stack, to, pool, 'user-1')
    const other = await signIn(stack, to, pool, 'user-2')
    await cognitoOf(stack, from).send(new GlobalSignOutCommand({ AccessToken: tokens.accessToken }))
    await endsAt(to, tokens)
    await refresh(stack, to, pool, other)
    await refresh(stack, to, pool, await signIn(stack, to, pool, 'user-1'))
  })

  test(`an administrator's sign-out in ${from} holds in ${to}`, async () => {
    const tokens = await signIn(stack, to, pool, 'user-3')
    const user = { UserPoolId: pool.userPoolId, Username: 'user-3' }
    await cognitoOf(stack, from).send(new AdminUserGlobalSignOutCommand(user))
    await endsAt(to, tokens)
  })

  test(`a revocation in ${from} holds in ${to}, for that session only`, async () => {
    const tokens = await signIn(stack, to, pool, 'user-4')
    const other = await signIn(stack, to, pool, 'user-4')
    await cognitoOf(stack, from).send(
      new RevokeTokenCommand({ ClientId: pool.clientId, Token: tokens.refreshToken }),
    )
    await endsAt(to, tokens)
    await refresh(stack, to, pool, other)
  })
}

test('a rotation use in one Region is a reuse in the other', async () => {
  const rotating = await createPool(stack, {
    client: {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    },
  })
  await addUser(stack, rotating.userPoolId, 'ada')
  await activateReplica(stack, rotating.userPoolId)
  const rotate = (region: string, RefreshToken: string) =>
    cognitoOf(stack, region).send(
      new GetTokensFromRefreshTokenCommand({ ClientId: rotating.clientId, RefreshToken }),
    )
  for (const [from, to] of [
    [EAST, WEST],
    [WEST, EAST],
  ] as const) {
    const { refreshToken } = await signIn(stack, from, rotating, 'ada')
    const renewed = await rotate(from, refreshToken)
    // A Region that has not heard of the use yet accepts its own, which is found out at once.
    await waitFor(() => isRefused(rotate(to, refreshToken)), {
      timeoutMs: TRAVEL_MS,
      what: `the use to be known in ${to}`,
    })
    // The session ends, all branches of it, in either Region.
    const { AccessToken, RefreshToken } = renewed.AuthenticationResult ?? {}
    for (const region of [from, to]) {
      const accessToken = required(AccessToken, 'access token')
      await waitFor(() => isRefused(getUser(stack, region, { accessToken })), {
        timeoutMs: TRAVEL_MS,
        what: `the session to end in ${region}`,
      })
      await assert.rejects(rotate(region, required(RefreshToken, 'successor')), {
        name: 'NotAuthorizedException',
        message: 'Refresh Token has been revoked',
      })
    }
    const fresh = await signIn(stack, from, rotating, 'ada')
    await rotate(to, fresh.refreshToken)
  }
})

test('a sign-out during an outage holds in the Region that returns', async () => {
  const tokens = await signIn(stack, WEST, pool, 'user-5')
  const other = await signIn(stack, WEST, pool, 'user-6')
  await stack.command('region', 'stop', WEST, '--kill')
  const there = cognitoOf(stack, EAST)
  await there.send(new GlobalSignOutCommand({ AccessToken: tokens.accessToken }))
  await assert.rejects(refresh(stack, EAST, pool, tokens), { name: 'NotAuthorizedException' })
  await stack.command('region', 'start', WEST)
  await endsAt(WEST, tokens, 30_000)
  await refresh(stack, WEST, pool, other)
})
