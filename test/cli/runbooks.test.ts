// The runbooks' commands, word by word: each is run in a shell against a stack that is in the
// situation that the command is for, with what the README sets up. Only the AWS CLI and psql, which
// do not come with the packages, are played by programs of this suite.
import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { UpdateUserPoolReplicaCommand } from '@aws-sdk/client-cognito-identity-provider'
import {
  CreateKeyCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { type Outcome, remove, startAndCollect, temporaryDirectory } from '#test/support/program.js'
import {
  activateReplica,
  cognitoOf,
  createPool,
  EAST,
  kmsOf,
  type ReplicatedPool,
  signIn,
  startReplica,
  WEST,
  waitForStatus,
} from '#test/support/replicated-pool.js'
import { startTwoRegions, type TwoRegions } from '#test/support/two-regions.js'
import { waitFor } from '#test/support/wait.js'
import { shellCommandsOf } from './runbooks/commands.js'

const FOLDER = 'docs/runbooks'
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** Commands that are not run here, each with its reason. */
const NOT_RUN: readonly (readonly [runbook: string, command: string])[] = [
  // It runs already: it is what started the stack of this test.
  ['key-loss.md', 'twinpool up'],
]

const home = temporaryDirectory()
const done = new Set<string>()
let stack: TwoRegions
let pool: ReplicatedPool
let variables: Record<string, string>

before(async () => {
  stack = await startTwoRegions()
  symlinkSync(stack.stateDirectory, join(home, '.twinpool'))
  symlinkSync(join(ROOT, 'bin'), join(home, 'bin'))
  const programs = join(home, 'programs')
  mkdirSync(programs)
  for (const name of ['aws', 'psql']) {
    const program = fileURLToPath(new URL(`runbooks/${name}.js`, import.meta.url))
    writeFileSync(join(programs, name), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
    chmodSync(join(programs, name), 0o755)
  }
  pool = await createPool(stack, { users: 2 })
  await activateReplica(stack, pool.userPoolId)
  variables = {
    PATH: `${programs}:${process.env['PATH'] ?? ''}`,
    KEY: pool.keyArn,
    POOL: pool.userPoolId,
  }
})

after(async () => {
  await stack?.stop()
  remove(home)
})

const textOf = (runbook: string) => readFileSync(join(FOLDER, runbook), 'utf8')

/** The documents say the ports of a stack that was started without any options. */
function withOurPorts(text: string): string {
  const edge = Number(new URL(required(stack.regions[WEST], WEST).endpoint).port) - 1
  return text.replace(/\b450(\d)\b/g, (_, digit) => String(edge + Number(digit)))
}

/** Runs a command in a shell as the README prepares it, in the folder that has `.twinpool`. */
function inShell(command: string, changes: Record<string, string> = {}): Promise<Outcome> {
  const readme = readFileSync('README.md', 'utf8')
  const [, setUp] = /```sh\n(export AWS_SHARED_CREDENTIALS_FILE[\s\S]*?)```/.exec(readme) ?? []
  const script = withOurPorts(`${required(setUp, 'the set-up of the README')}\n${command}\n`)
  const options = { variables: { ...variables, ...changes }, cwd: home }
  return startAndCollect('sh', ['-eu', '-c', script], options).ended
}

/** Runs the command of a runbook that is this, or the only one to begin so; it has to succeed. */
async function run(
  runbook: string,
  start: string,
  changes?: Record<string, string>,
): Promise<Outcome> {
  const commands = [...new Set(shellCommandsOf(textOf(runbook)))]
  const isMeant = (each: string) =>
    commands.includes(start) ? each === start : each.startsWith(start)
  const found = commands.filter(isMeant)
  assert.equal(found.length, 1, `${start} is one command of ${runbook}: ${found.join('; ')}`)
  const command = required(found[0], start)
  const outcome = await inShell(command, changes)
  assert.equal(outcome.code, 0, `${runbook}: ${command}\n${outcome.stderr}`)
  done.add(`${runbook}: ${command}`)
  return outcome
}

/** The columns that a runbook shows of `twinpool replicas` are columns of it. */
function assertColumns(runbook: string, output: string): void {
  const [, shown] = /\$ twinpool replicas\n *(.*)\n/.exec(textOf(runbook)) ?? []
  const columns = (line: string | undefined) => line?.trim().split(/ {2,}/) ?? []
  assert.ok(columns(shown).length > 5, `${runbook} shows columns`)
  assert.deepEqual(columns(output.split('\n')[0]), columns(shown))
}

/** The states of the pool's key, or of another, in the west and in the east. */
async function keyStates(changes?: Record<string, string>): Promise<readonly string[]> {
  const { stdout } = await run('key-loss.md', 'west kms describe-key', changes)
  const lines = stdout.trim().split('\n')
  return lines.map((line) => /"KeyState":"(\w+)"/.exec(line)?.[1] ?? line)
}

test('a key that was disabled or is pending deletion comes back', async () => {
  const west = kmsOf(stack, WEST)
  assert.deepEqual(await keyStates(), ['Enabled', 'Enabled'])
  await west.send(new DisableKeyCommand({ KeyId: pool.keyArn }))
  assert.deepEqual(await keyStates(), ['Disabled', 'Enabled'])
  await run('key-loss.md', 'west kms enable-key')
  assert.deepEqual(await keyStates(), ['Enabled', 'Enabled'])
  await west.send(new ScheduleKeyDeletionCommand({ KeyId: pool.keyArn }))
  assert.deepEqual(await keyStates(), ['PendingReplicaDeletion', 'Enabled'])
  await run('key-loss.md', 'west kms cancel-key-deletion')
  assert.deepEqual(await keyStates(), ['Enabled', 'Enabled'])
})

test('the policy of a key is shown, and a key is replicated again', async () => {
  assert.match((await run('key-loss.md', 'west kms get-key-policy')).stdout, /kms:\*/)
  const { KeyMetadata } = await kmsOf(stack, WEST).send(new CreateKeyCommand({ MultiRegion: true }))
  const key = required(KeyMetadata?.Arn, 'key ARN')
  await run('key-loss.md', 'west kms replicate-key', { KEY: key })
  assert.deepEqual(await keyStates({ KEY: key }), ['Enabled', 'Enabled'])
})

test('a secondary whose primary is away is made ACTIVE, and the primary returns', async () => {
  const change = { UserPoolId: pool.userPoolId, RegionName: EAST, Status: 'INACTIVE' } as const
  await cognitoOf(stack, WEST).send(new UpdateUserPoolReplicaCommand(change))
  await waitForStatus(stack, pool.userPoolId, { status: 'INACTIVE', at: EAST })
  await stack.command('region', 'stop', WEST, '--kill')
  await run('region-loss.md', 'east cognito-idp list-user-pool-replicas')
  await waitForStatus(stack, pool.userPoolId, { status: 'ACTIVE', at: EAST })
  await signIn(stack, EAST, pool, 'user-0')
  const seen = await run('region-loss.md', 'twinpool replicas')
  assertColumns('region-loss.md', seen.stdout)
  assert.match(seen.stdout, /us-east-1 +ACTIVE .* us-east-1$/m)
  assert.match(seen.stderr, /us-west-2 does not answer/)

  await run('region-loss.md', 'twinpool region start us-west-2')
  await waitForStatus(stack, pool.userPoolId, { status: 'ACTIVE', at: WEST })
  await waitFor(async () => (await inShell('twinpool replicas verify')).code === 0, {
    what: 'a comparison in both Regions',
    intervalMs: 500,
    timeoutMs: 60_000,
  })
  assert.match((await run('region-loss.md', 'twinpool replicas verify')).stdout, /us-west-2/)
  const both = await run('slot-disk.md', 'twinpool replicas --json')
  assert.deepEqual(
    (JSON.parse(both.stdout) as { Replicas: { SeenFrom: string }[] }).Replicas.map(
      ({ SeenFrom }) => SeenFrom,
    ),
    [WEST, EAST],
  )
})

test('a replica that waits says why, and a Region without its database gets all back', async () => {
  const other = await createPool(stack)
  await stack.command('region', 'stop', EAST)
  await startReplica(stack, other.userPoolId)
  const reason = 'Region us-east-1 cannot be reached over the region link'
  await waitFor(async () => (await inShell('twinpool replicas')).stdout.includes(reason), {
    what: reason,
    intervalMs: 500,
    timeoutMs: 60_000,
  })
  const seen = await run('stuck-replica.md', 'twinpool replicas')
  assertColumns('stuck-replica.md', seen.stdout)
  assert.match(seen.stdout, /us-east-1 +CREATING +key /)
  const jobs = await run('stuck-replica.md', 'export PGPASSWORD')
  const [latest] = jobs.stdout.split('\n')
  const { user_pool_id, kind, subject, state, step, reason: told } = JSON.parse(latest ?? '')
  assert.deepEqual(
    [user_pool_id, kind, subject, state, step, told],
    [other.userPoolId, 'replica-create', EAST, 'running', 'key', reason],
  )

  const log = join(stack.stateDirectory, WEST, 'node.log')
  const before = readFileSync(log).length
  await run('region-loss.md', 'rm -rf .twinpool/us-east-1/postgres')
  const news = () => readFileSync(log, 'utf8').slice(before)
  // Either may be first.
  for (const line of [
    /"msg":"copy seeded"/,
    /"reason":"the peer has a new database".*"msg":"copy of a Region made anew"/,
  ]) {
    await waitFor(() => line.test(news()), { what: String(line), timeoutMs: 60_000 })
  }
  await waitForStatus(stack, other.userPoolId, { status: 'INACTIVE' })
  await waitForStatus(stack, pool.userPoolId, { status: 'ACTIVE', at: EAST })
  await signIn(stack, EAST, pool, 'user-1')
})

test('every command of the runbooks has been run', () => {
  const runbooks = readdirSync(FOLDER).filter((name) => name.endsWith('.md'))
  const all = runbooks.flatMap((runbook) =>
    shellCommandsOf(textOf(runbook)).map((command) => `${runbook}: ${command}`),
  )
  const notRun = NOT_RUN.map(([runbook, command]) => `${runbook}: ${command}`)
  assert.deepEqual([...new Set(all)].sort(), [...new Set([...done, ...notRun])].sort())
  assert.ok(all.length >= 15, `${all.length} commands`)
})

test('planted: commands with mistakes are found, and fail', async () => {
  const planted = [
    'twinpool replica',
    'twinpool replicas verfy',
    'twinpool replicas --jsn',
    'twinpool region begin us-west-2',
    'west kms enable-keys --key-id $KEY',
    'west kms enable-key --keyid $KEY',
    'west kms enable-key --key-id $KEYS',
    "west kms describe-key --key-id $KEY --query 'KeyMetadata.[State]'",
    'east cognito-idp list-user-pool-replicas --user-pool-id us-west-2_Nobody123',
    'psql -h 127.0.0.1 -p 4505 -U twinpool twinpool --comand "select 1"',
  ]
  const runbook = [
    ...planted.slice(0, 3).map((command) => `Then \`${command}\`.`),
    ...planted.slice(3, 6).map((command) => `- so:\n\n  \`\`\`\n  $ ${command}\n  {}\n  \`\`\`\n`),
    ...planted.slice(6).map((command) => `\`\`\`sh\n${command}\n\`\`\``),
  ].join('\n')
  const found = shellCommandsOf(runbook)
  assert.deepEqual([...found].sort(), [...planted].sort())
  for (const command of found) assert.notEqual((await inShell(command)).code, 0, command)
  assert.equal((await inShell('twinpool replicas')).code, 0, 'the shell works')
  assert.throws(() => shellCommandsOf('```\ntwinpool replicas\n```\n'), /needs a prompt/)
  assert.throws(() => shellCommandsOf('```bash\nls\n```\n'), /marked bash/)
  assert.throws(() => shellCommandsOf('```sh\nls\n'), /does not end/)
})
