// The supervisor outlives everything that it supervises: the node and the database of a Region are
// killed within one millisecond, in any order, at times with the edge, round after round.
// `LOSS_ROUNDS=200` runs as many rounds as a person wants to see.
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
import { takePorts } from '#test/support/ports.js'
import { waitFor } from '#test/support/wait.js'
import { isAlive, processesWith, remove, temporaryDirectory, twinpoolAsync, Up } from './stack.js'

const ROUNDS = Number(process.env['LOSS_ROUNDS'] ?? 10)
const REGIONS = ['us-west-2', 'us-east-1'] as const
const directory = temporaryDirectory()
after(() => remove(directory))

interface Pids {
  readonly pid: number
  readonly databasePid: number
}

it(`survives ${ROUNDS} losses of a node and its database at one moment`, async () => {
  const state = join(directory, 'state')
  const up = new Up(['--state-dir', state, '--port', String(await takePorts(7))])
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
  for (let round = 0; round < ROUNDS; round += 1) {
    const victim = required(REGIONS[round % 2], 'a Region')
    const other = required(REGIONS[(round + 1) % 2], 'the other Region')
    const { pid, databasePid } = required(pids[victim], victim)
    const withEdge = round % 3 === 2
    const targets = [pid, databasePid, ...(withEdge ? [edgePid] : [])]
    shuffle(targets)
    const said = up.stderr.length
    for (const target of targets) process.kill(target, 'SIGKILL')

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
          return `round ${round}, edge too: ${withEdge}: all losses in ${up.stderr.slice(said)}`
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
  assert.equal((await up.end()).code, 0)
  assert.deepEqual(processesWith(state), [])
})

/** The record names the supervisor, the edge, and then the nodes. */
function edgePidOf(state: string): number {
  const record = JSON.parse(readFileSync(join(state, 'stack.json'), 'utf8')) as { pids: number[] }
  return required(record.pids[1], 'the edge')
}

function shuffle(list: number[]): void {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(Math.random() * (i + 1))
    const [a, b] = [required(list[i], 'a target'), required(list[j], 'a target')]
    list[i] = b
    list[j] = a
  }
}
