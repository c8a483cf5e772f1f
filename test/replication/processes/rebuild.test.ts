// What callers of the secondary see while its copy is made anew: nothing, if it has an old one; and
// "try again", never "does not exist", if it has none.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolDomainCommand,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { assertSameRows, databaseOf } from '#test/support/checker.js'
import { dropSlotOf } from '#test/support/replica-rows.js'
import {
  activateReplica,
  cognitoOf,
  createPool,
  EAST,
  type ReplicatedPool,
  refresh,
  signIn,
  type Tokens,
  WEST,
} from '#test/support/replicated-pool.js'
import { startTwoRegions, type TwoRegions } from '#test/support/two-regions.js'
import { waitFor } from '#test/support/wait.js'

/** Rows that make a rebuild long enough to look at; no test signs in as one of them. */
const FILLING_USERS = 15_000
const DOMAIN = 'recreated'

let stack: TwoRegions
let pool: ReplicatedPool
let machine: { readonly id: string; readonly secret: string }
let tokens: Tokens

before(async () => {
  stack = await startTwoRegions()
  pool = await createPool(stack, { users: 2 })
  const west = cognitoOf(stack, WEST)
  const { userPoolId: UserPoolId } = pool
  await west.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: DOMAIN }))
  await west.send(
    new CreateResourceServerCommand({
      UserPoolId,
      Identifier: 'api',
      Name: 'api',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
    }),
  )
  const { UserPoolClient } = await west.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'machine',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['api/read'],
    }),
  )
  machine = {
    id: required(UserPoolClient?.ClientId, 'client'),
    secret: required(UserPoolClient?.ClientSecret, 'secret'),
  }
  await fill(UserPoolId)
  await activateReplica(stack, UserPoolId)
  tokens = await signIn(stack, EAST, pool, 'user-0')
})

after(() => stack.stop())

async function fill(poolId: string): Promise<void> {
  const sql = databaseOf(stack, WEST)
  await sql`select set_config('twinpool.region', ${WEST}, false)`
  await sql`
    insert into users (user_pool_id, sub, username_hash, status, profile_sealed, credential_sealed,
      created_at, modified_at)
    select ${poolId}, gen_random_uuid(), sha256(i::text::bytea), 'CONFIRMED',
           decode(repeat(md5(i::text), 16), 'hex'), decode(repeat(md5(i::text), 38), 'hex'),
           now(), now()
      from generate_series(1, ${FILLING_USERS}::int) i`
  await sql.end()
}

const refreshed = () => refresh(stack, EAST, pool, tokens)

const endpoint = () => required(stack.regions[EAST], EAST).endpoint

function machineToken(): Promise<Response> {
  return fetch(`${endpoint()}/domain/${DOMAIN}/oauth2/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${machine.id}:${machine.secret}`).toString('base64')}`,
    },
    body: 'grant_type=client_credentials',
  })
}

const keys = () => fetch(`${endpoint()}/${pool.userPoolId}/.well-known/jwks.json`)

/** How a call of the SDK ended: 'ok', or the error's name with its status. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    const answer = await call
    if (!(answer instanceof Response)) return 'ok'
    return answer.ok ? 'ok' : `${answer.status} ${await answer.text()}`
  } catch (error) {
    const { name, message, $metadata } = error as Error & {
      $metadata?: { httpStatusCode?: number }
    }
    return `${$metadata?.httpStatusCode ?? 'no answer'} ${name}: ${message}`
  }
}

/** Calls everything in turn until stopped; returns the outcomes that were not ok. */
function callAll(): {
  /** Waits until everything was called once more. */
  round(): Promise<unknown>
  stop(): Promise<{ calls: number; failures: readonly string[] }>
} {
  let isStopped = false
  let calls = 0
  const failures: string[] = []
  const run = (async () => {
    const all = [() => signIn(stack, EAST, pool, 'user-1'), refreshed, machineToken, keys]
    while (!isStopped) {
      for (const call of all) {
        const outcome = await outcomeOf(call())
        calls += 1
        if (outcome !== 'ok') failures.push(outcome)
      }
    }
  })()
  return {
    round() {
      const seen = calls
      return waitFor(() => calls >= seen + 8, { what: 'all calls to be made again' })
    },
    async stop() {
      isStopped = true
      await run
      return { calls, failures }
    },
  }
}

async function rebuildsAt(region: string): Promise<{ rebuilds: number; isFinished: boolean }> {
  const sql = databaseOf(stack, region)
  const [row] = await sql<{ rebuilds: number; is_finished: boolean }[]>`
    select rebuilds, copy_id is not null and copy_id = finished_copy_id as is_finished from peers`
  await sql.end()
  return { rebuilds: row?.rebuilds ?? 0, isFinished: row?.is_finished === true }
}

async function loseSlot(): Promise<void> {
  const sql = databaseOf(stack, WEST)
  await dropSlotOf({ sql }, EAST)
  await sql.end()
}

test('while a copy is made anew in place, no call of the secondary fails', async () => {
  const before = await rebuildsAt(EAST)
  const calling = callAll()
  await loseSlot()
  await waitFor(async () => (await rebuildsAt(EAST)).rebuilds > before.rebuilds, {
    what: 'the rebuild to begin',
    intervalMs: 50,
  })
  await waitFor(async () => (await rebuildsAt(EAST)).isFinished, {
    what: 'the copy',
    timeoutMs: 60_000,
  })
  const { calls, failures } = await calling.stop()
  assert.deepEqual(failures, [])
  assert.ok(calls >= 8, `${calls} calls`)
  await assertSameRows(stack, pool.userPoolId)
})

test('a secondary without a copy says to try again, and counts no failure', async () => {
  await stack.command('region', 'stop', EAST, '--kill')
  await stack.command('region', 'stop', WEST, '--kill')
  await rm(join(stack.stateDirectory, EAST, 'postgres'), { recursive: true })
  await stack.command('region', 'start', EAST)
  const unfinished = 'This Region is receiving its copy of us-west-2; try again.'
  const internal = `500 InternalErrorException: ${unfinished}`
  assert.equal(await outcomeOf(signIn(stack, EAST, pool, 'user-1')), internal)
  assert.equal(await outcomeOf(refreshed()), internal)
  const describe = new DescribeUserPoolCommand({ UserPoolId: pool.userPoolId })
  assert.equal(await outcomeOf(cognitoOf(stack, EAST).send(describe)), internal)
  // Signed with an access key that may be among the rows to come.
  const credentials = { accessKeyId: 'AKIANOTHINGXXXXXXXXX', secretAccessKey: 'x' }
  const signed = cognitoOf({ ...stack, credentials }, EAST)
  assert.equal(await outcomeOf(signed.send(describe)), internal)
  const machines = await machineToken()
  assert.equal(machines.status, 503)
  assert.deepEqual(await machines.json(), {
    error: 'temporarily_unavailable',
    error_description: unfinished,
  })
  const document = await keys()
  assert.equal(document.status, 503)
  assert.equal(document.headers.get('retry-after'), '1')
  assert.deepEqual(await document.json(), { message: unfinished })
  const calling = callAll()
  await stack.command('region', 'start', WEST)
  await waitFor(async () => (await rebuildsAt(EAST)).isFinished, {
    what: 'the copy',
    timeoutMs: 60_000,
  })
  await waitFor(async () => (await outcomeOf(signIn(stack, EAST, pool, 'user-1'))) === 'ok', {
    what: 'sign-in',
  })
  await calling.round()
  const { failures } = await calling.stop()
  assert.deepEqual(
    failures.filter((failure) => failure.startsWith('4')),
    [],
    'nobody was told that something does not exist',
  )
  const sql = databaseOf(stack, EAST)
  assert.equal((await sql`select from failed_attempts where failures > 0`).length, 0)
  await sql.end()
  // On a finished Region what does not exist does not exist.
  const unknown = await outcomeOf(signIn(stack, EAST, { clientId: 'x'.repeat(26) }, 'user-1'))
  assert.match(unknown, /^400 ResourceNotFoundException/)
  assert.match(await outcomeOf(signIn(stack, EAST, pool, 'nobody')), /^400 /)
  assert.match(await outcomeOf(signed.send(describe)), /^400 UnrecognizedClientException/)
  await assertSameRows(stack, pool.userPoolId)
})
