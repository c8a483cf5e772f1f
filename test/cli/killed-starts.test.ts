// The first start may be killed at any moment: a later one works, with the credentials of the file.
// In turn everything is killed, or the supervisor alone, which leaves whatever it had begun.
// `KILLED_STARTS=40` kills as often as a person wants to see, with two Regions.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, it } from 'node:test'
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { systemClock } from '#adapters/system/clock.js'
import { required } from '#base/assert.js'
import { parseCredentials } from '#config/secrets.js'
import { takeStackPort } from '#test/support/ports.js'
import { isAlive, processesWith, remove, temporaryDirectory, Up } from '#test/support/program.js'
import { waitFor } from '#test/support/wait.js'

const ROUNDS = Number(process.env['KILLED_STARTS'] ?? 6)
const REGIONS = process.env['KILLED_STARTS'] === undefined ? 'us-west-2' : 'us-west-2,us-east-1'
const LATEST_MS = process.env['KILLED_STARTS'] === undefined ? 1800 : 3000
const directory = temporaryDirectory()
after(() => remove(directory))

it(`starts after each of ${ROUNDS} first starts that were killed`, async () => {
  const port = await takeStackPort()
  const bystander = startBystander(join(directory, 'state-0'))
  for (let round = 0; round < ROUNDS; round += 1) {
    const state = join(directory, `state-${round}`)
    const args = ['--state-dir', state, '--port', String(port), '--regions', REGIONS]
    // Spread evenly, and somewhere else in each run.
    const momentMs = 50 + ((round + Math.random()) / ROUNDS) * LATEST_MS
    const what = `round ${round}, killed after ${Math.round(momentMs)} ms`

    const first = new Up(args)
    await systemClock.wait(momentMs)
    const killed = first.end('SIGKILL')
    if (round % 2 === 0) killAll(state, bystander)
    await killed

    const second = new Up(args)
    const line = await second.ready().catch((error: unknown) => {
      throw new Error(`${what}: ${String(error)}`)
    })
    const key = parseCredentials(readFileSync(line.credentialsFile, 'utf8'))
    for (const [region, address] of Object.entries(line.regions)) {
      const client = new CognitoIdentityProviderClient({
        region,
        endpoint: required(address, region).endpoint,
        credentials: required(key, what),
      })
      await client.send(new CreateUserPoolCommand({ PoolName: 'people' }))
      const { UserPools } = await client.send(new ListUserPoolsCommand({ MaxResults: 1 }))
      assert.equal(UserPools?.length, 1, what)
      client.destroy()
    }
    assert.equal((await second.end()).code, 0, what)
    await waitFor(() => othersThan(bystander, state).length === 0, {
      what: `${what}: no process left`,
    })
    const left = readdirSync(state, { recursive: true, encoding: 'utf8' })
    assert.deepEqual(
      left.filter((name) => /\.partial-|postgres\.new/.test(name)),
      [],
      what,
    )
    remove(state)
  }
  assert.ok(isAlive(bystander), 'a process of somebody else was ended')
  process.kill(bystander, 'SIGKILL')
})

/** A process that names what is ours and is not ours: an editor, a tool that looks at the log. */
function startBystander(state: string): number {
  const args = ['--config', `${state}/us-west-2/config.json`, `${state}/us-west-2/postgres`]
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', '--', ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  return required(child.pid, 'the pid of a bystander')
}

function othersThan(pid: number, state: string): string[] {
  return processesWith(state).filter((line) => Number(line.trim().split(' ')[0]) !== pid)
}

/** Kills every process whose command line names the state directory, each by its pid. */
function killAll(state: string, bystander: number): void {
  for (const line of othersThan(bystander, state)) {
    try {
      process.kill(Number(line.trim().split(' ')[0]), 'SIGKILL')
    } catch {
      // It was faster.
    }
  }
}
