// A stack with a real server for one Region: an embedded cluster that the test starts itself, which
// the stack must use and leave alone.
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import postgres from 'postgres'
import { findBinaries } from '#adapters/postgres-embedded/binaries.js'
import {
  embeddedUrl,
  type RunningCluster,
  startEmbedded,
} from '#adapters/postgres-embedded/cluster.js'
import { placeCluster } from '#adapters/postgres-embedded/cluster-paths.js'
import { requireServer } from '#adapters/postgres-embedded/own-server.js'
import { postgresUser } from '#adapters/postgres-embedded/system-user.js'
import { takePort, takeStackPort } from '#test/support/ports.js'
import {
  assertRefused,
  isAlive,
  remove,
  temporaryDirectory,
  twinpool,
  Up,
} from '#test/support/program.js'

const directory = temporaryDirectory()
const PASSWORD = 'p%40ss:word'
let server: RunningCluster | undefined
let url: string
let args: readonly string[]
const state = join(directory, 'state')

after(async () => {
  await server?.stop()
  remove(directory)
})

before(async () => {
  const port = await takeStackPort()
  const databasePort = await takePort()
  const user = await postgresUser()
  server = await startEmbedded({
    paths: await placeCluster(join(directory, 'server'), user),
    binaries: await findBinaries(user),
    user,
    port: databasePort,
    password: decodeURIComponent(PASSWORD),
    logFile: join(directory, 'server.log'),
    slotWalBytesMax: 1024 ** 3,
  })
  url = embeddedUrl({ port: databasePort, password: PASSWORD })
  args = ['--state-dir', state, '--port', String(port)]
})

it('uses the server of --database-url, and leaves it running', async () => {
  const up = new Up([...args, '--database-url', `us-west-2=${url}`])
  const line = await up.ready()
  assert.equal(line.regions['us-west-2']?.databasePid, null)
  assert.ok(isAlive(line.regions['us-east-1']?.databasePid ?? 0))

  // The embedded database finds the password of the other in its file, and not in the catalogue.
  const passwords = readFileSync(join(state, 'us-east-1', 'passfile'), 'utf8')
  assert.equal(passwords, `127.0.0.1:${new URL(url).port}:*:twinpool:p@ss\\:word\n`)
  const config = readFileSync(join(state, 'us-east-1', 'config.json'), 'utf8')
  const seen = JSON.parse(config).regions[0].databaseUrl as string
  assert.ok(!seen.includes('word') && new URL(seen).searchParams.get('passfile') !== null)

  // A second node of the Region, with another service key, would seal what no other can read.
  const configFile = join(state, 'us-west-2', 'config.json')
  const wrongKey = { TWINPOOL_SERVICE_KEY: Buffer.alloc(32, 1).toString('base64') }
  assertRefused(
    twinpool(['serve', '--config', configFile], wrongKey),
    /The database of us-west-2 is sealed under another service key than this node's/,
  )

  const outcome = await up.end()
  assert.equal(outcome.code, 0, outcome.stderr)
  assert.ok(isAlive(server?.pid ?? 0))
  assert.doesNotMatch(outcome.stderr, /p%40ss|p@ss/)
})

it('uses it again without the flag, and does not delete the key of what is in it', async () => {
  // Without the flag it is the same server, not an empty one beside it.
  assert.equal(statSync(join(state, 'stack.json')).mode & 0o777, 0o600)
  const again = new Up(args)
  const second = await again.ready()
  assert.equal(second.regions['us-west-2']?.databasePid, null)
  await again.says(/us-west-2 +uses the server at 127\.0\.0\.1:\d+, as before/)
  const ended = await again.end()
  assert.equal(ended.code, 0, ended.stderr)
  assert.doesNotMatch(ended.stderr, /p%40ss|p@ss/)

  // The key of what is in that server must not go by a flag.
  const key = readFileSync(join(state, 'service.key'))
  for (const flags of [[], ['--database-url', `us-west-2=${url}`]]) {
    const reset = twinpool(['up', ...args, '--reset', ...flags])
    assertRefused(
      reset,
      /--reset would delete .*service\.key, without which the data in the server/,
    )
  }
  assert.deepEqual(readFileSync(join(state, 'service.key')), key)

  const embedded = new Up([...args, '--database-url', 'us-west-2=embedded'])
  const third = await embedded.ready()
  assert.ok(isAlive(third.regions['us-west-2']?.databasePid ?? 0))
  assert.equal((await embedded.end()).code, 0)
})

it('refuses a role that may not replicate with what it needs, and a wrong password', async () => {
  // Without this it would start, and never stream.
  const admin = postgres(url, { max: 1, onnotice: () => undefined })
  await admin`create role plain login password 'plain'`
  const asPlain = (password: string) => {
    const plain = new URL(url)
    plain.username = 'plain'
    plain.password = password
    return ['--database-url', `us-west-2=${plain}`]
  }
  const refused = await new Up([...args, ...asPlain('plain')]).outcome()
  assert.equal(refused.code, 1)
  assert.match(
    refused.stderr,
    /may not replicate; a superuser has to say: alter role "plain" replication; grant pg_crea/,
  )
  const wrong = await new Up([...args, ...asPlain('wrong')]).outcome()
  assert.match(wrong.stderr, /refuses the connection: password authentication failed/)
  await admin`alter role plain replication`
  await admin`grant pg_create_subscription to plain`
  await admin.end()
  const granted = new URL(url)
  granted.username = 'plain'
  granted.password = 'plain'
  await requireServer('us-west-2', granted.toString(), { hasPeers: true })
})
