// The supervisor outlives everything that it supervises: the node and the database of a Region are
// killed within one millisecond, in every order, with the edge and without it, round after round.
// `LOSS_ROUNDS=200 node dist/test/cli/losses.test.js` runs as many as a person wants to see, and as
// long as that takes, which the runner of the suites would not allow.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, it } from 'node:test'
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { parseCredentials } from '#config/secrets.js'
import { takeStackPort } from '#test/support/ports.js'
import {
  isAlive,
  processesWith,
  remove,
  temporaryDirectory,
  twinpoolAsync,
  Up,
} from '#test/support/program.js'
import { waitFor } from '#test/support/wait.js'

const REGIONS = ['us-west-2', 'us-east-1'] as const
/** Longer than this from before the first signal until after the last is not one moment. */
const MOMENT_MS = 1
/** Every order, of two and of three. Sixteen rounds go through all of them in both Regions. */
const ORDERS = [
  ['node', 'database'],
  ['edge', 'node', 'database'],
  ['database', 'node'],
  ['edge', 'database', 'node'],
  ['node', 'edge', 'database'],
  ['database', 'edge', 'node'],
  ['node', 'database', 'edge'],
  ['database', 'node', 'edge'],
] as const
const ROUNDS = Number(process.env['LOSS_ROUNDS'] ?? ORDERS.length)
const directory = temporaryDirectory()
after(() => remove(directory))

interface Pids {
  readonly pid: number
  readonly databasePid: number
}

it(`survives ${ROUNDS} losses of a node and its database at one moment`, async (t) => {
  const state = join(directory, 'state')
  const up = new Up(['--state-dir', state, '--port', String(await takeStackPort())])
  t.after(() => up.end())
  const line = await up.ready()
  const key = parseCredentials(readFileSync(line.credentialsFile, 'utf8'))
  const credentials = required(key, 'the root access key')
  const serves = async (region: (typeof REGIONS)[number]) => {
    const { endpoint } = required(line.regions[region], region)
    const client = new CognitoIdentityProviderClient({ region, endpoint, credentials })
    const { $metadata } = await client.send(new ListUserPoolsCommand({ MaxResults: 1 }))
    assert.equal($metadata.httpStatusCode, 200)
    client.destroy()
  }
  let pids: Record<string, Pids> = { ...line.regions } as Record<string, Pids>
  let edgePid = edgePidOf(state)
  // A round whose signals a busy machine drew apart is survived like all others, and made up for by
  // another one, half as many as there are rounds at most.
  let drawnApart = 0
  for (let round = 0; round - Math.min(drawnApart, ROUNDS / 2) < ROUNDS; round += 1) {
    const victim = required(REGIONS[(round + Math.floor(round / ORDERS.length)) % 2], 'a Region')
    const other = required(
      REGIONS.find((region) => region !== victim),
      'the other Region',
    )
    const { pid, databasePid } = required(pids[victim], victim)
    const order: readonly string[] = required(ORDERS[round % ORDERS.length], 'an order')
    const withEdge = order.includes('edge')
    const pidOf: Record<string, number> = { node: pid, database: databasePid, edge: edgePid }
    const targets = order.map((name) => required(pidOf[name], name))
    const said = up.stderr.length
    const startedAtMs = performance.now()
    for (const target of targets) process.kill(target, 'SIGKILL')
    if (performance.now() - startedAtMs > MOMENT_MS) drawnApart += 1

    await waitFor(
      () => {
        const news = up.stderr.slice(said)
        return (
          new RegExp(`${victim} +LOST: the node ended \\(signal SIGKILL\\)`).test(news) &&
          new RegExp(`${victim} +LOST: the database ended`).test(news) &&
          (!withEdge || /edge +LOST: [\s\S]*edge +is ready/.test(news))
        )
      },
      {
        get what() {
          return `round ${round}, ${order}: all losses in ${up.stderr.slice(said)}`
        },
      },
    )
    assert.ok(up.isRunning(), `round ${round}: ${up.stderr.slice(said)}`)
    await serves(other)
    const started = await twinpoolAsync(['region', 'start', victim, '--state-dir', state, '--json'])
    assert.equal(started.code, 0, `round ${round}: ${started.stderr}`)
    const again = JSON.parse(started.stdout) as Pids
    assert.ok(isAlive(again.pid) && isAlive(again.databasePid))
    pids = { ...pids, [victim]: again }
    await serves(victim)
    await waitFor(() => isAlive(edgePidOf(state)), { what: 'the edge in the record' })
    edgePid = edgePidOf(state)
  }
  t.diagnostic(`${ROUNDS} rounds within ${MOMENT_MS} ms, and ${drawnApart} that took longer`)
  assert.equal((await up.end()).code, 0)
  assert.deepEqual(processesWith(state), [])
})

/** The record names the supervisor, the edge, and then the nodes. */
function edgePidOf(state: string): number {
  const record = JSON.parse(readFileSync(join(state, 'stack.json'), 'utf8')) as { pids: number[] }
  return required(record.pids[1], 'the edge')
}
