import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { takeStackPort } from '#test/support/ports.js'
import {
  assertRefused,
  holdPort,
  isAlive,
  isRoot,
  processesWith,
  remove,
  temporaryDirectory,
  twinpool,
  Up,
} from '#test/support/program.js'
import { waitFor } from '#test/support/wait.js'

const directories: string[] = []

function newDirectory(): string {
  const directory = temporaryDirectory()
  directories.push(directory)
  return directory
}

after(() => {
  for (const directory of directories) remove(directory)
})

describe('twinpool up', () => {
  it('says one line when ready, keeps its secrets, and leaves no process at Ctrl-C', async () => {
    const state = join(newDirectory(), 'state')
    const port = await takeStackPort()
    const args = ['--state-dir', state, '--port', String(port)]
    const first = new Up(args)
    const line = await first.ready()
    assert.deepEqual(Object.keys(line.regions), ['us-west-2', 'us-east-1'])
    assert.equal(line.edge, `http://localhost:${port}`)
    assert.equal(line.regions['us-east-1']?.endpoint, `http://localhost:${port + 2}`)
    const credentials = readFileSync(line.credentialsFile, 'utf8')
    assert.match(credentials, /^\[default\]\naws_access_key_id = AKIA[A-Z2-7]{16}\n/)
    assert.equal(statSync(line.credentialsFile).mode & 0o777, 0o600)
    for (const region of Object.values(line.regions)) {
      assert.ok(region && isAlive(region.pid) && isAlive(region.databasePid))
    }

    assertRefused(twinpool(['up', ...args]), /A stack is already running in /)
    const other = ['up', '--state-dir', join(newDirectory(), 's'), '--port', String(port)]
    assertRefused(twinpool(other), new RegExp(`Port ${port}, for the edge, is in use`))

    const outcome = await first.end('SIGINT')
    assert.equal(outcome.code, 0, outcome.stderr)
    assert.equal(outcome.stdout.trim().split('\n').length, 1)
    assert.deepEqual(processesWith(state), [])

    const second = new Up(args)
    const again = await second.ready()
    assert.equal(readFileSync(again.credentialsFile, 'utf8'), credentials)
    assert.equal((await second.end('SIGTERM')).code, 0)
    assert.deepEqual(processesWith(state), [])
  })

  it('goes on when a child dies, and stops, kills and starts Regions', async () => {
    const state = join(newDirectory(), 'state')
    const up = new Up(['--state-dir', state, '--port', String(await takeStackPort())])
    const { regions } = await up.ready()
    const west = regions['us-west-2']
    const east = regions['us-east-1']
    assert.ok(west && east)
    const region = (...args: string[]) => {
      const outcome = twinpool(['region', ...args, '--state-dir', state, '--json'])
      assert.equal(outcome.code, 0, outcome.stderr)
      return JSON.parse(outcome.stdout) as { pid: number | null; databasePid: number | null }
    }

    process.kill(west.pid, 'SIGKILL')
    await up.says(/us-west-2 +LOST: the node ended \(signal SIGKILL\)/)
    assert.ok(isAlive(west.databasePid) && isAlive(east.pid))
    const restarted = region('start', 'us-west-2')
    assert.equal(restarted.databasePid, west.databasePid)
    assert.ok(restarted.pid !== null && restarted.pid !== west.pid)

    const killed = region('stop', 'us-west-2', '--kill')
    assert.deepEqual([killed.pid, killed.databasePid], [null, null])
    assert.ok(!isAlive(west.databasePid) && !isAlive(restarted.pid) && isAlive(east.databasePid))
    const back = region('start', 'us-west-2')
    assert.ok(back.databasePid !== null && isAlive(back.databasePid))

    region('stop', 'us-east-1')
    assert.ok(!isAlive(east.pid) && !isAlive(east.databasePid))
    const refused = twinpool(['region', 'stop', 'eu-west-9', '--state-dir', state])
    assertRefused(refused, /There is no Region eu-west-9; the stack has us-west-2, us-east-1\./)

    process.kill(back.databasePid, 'SIGKILL')
    await up.says(/us-west-2 +LOST: the database ended/)
    assert.equal((await up.end()).code, 0)
    assert.deepEqual(processesWith(state), [])
  })

  it('leaves nothing in the way of the next start when it is killed', async () => {
    const state = join(newDirectory(), 'state')
    const args = ['--state-dir', state, '--port', String(await takeStackPort(1))]
    args.push('--regions', 'eu-west-1', '--account-id', '111122223333')
    const first = new Up(args)
    const { regions } = await first.ready()
    const node = regions['eu-west-1']?.pid ?? 0
    await first.end('SIGKILL')
    await waitFor(() => !isAlive(node), { what: 'the node to end by itself' })
    await waitFor(() => processesWith(state).length === 0, { what: 'the database to be stopped' })

    // Now with a node that cannot clean up, so that a database is left over.
    const second = new Up(args)
    const line = await second.ready()
    const left = line.regions['eu-west-1']
    assert.ok(left)
    process.kill(left.pid, 'SIGKILL')
    await second.end('SIGKILL')
    assert.ok(isAlive(left.databasePid))
    const third = new Up(args)
    await third.ready()
    assert.ok(!isAlive(left.databasePid))
    assert.equal((await third.end()).code, 0)

    const other = twinpool(['up', '--state-dir', state, '--account-id', '444455556666'])
    assertRefused(other, /belongs to account 111122223333/)
  })

  it('stops what it has begun when it is interrupted while starting', async () => {
    const state = join(newDirectory(), 'state')
    const up = new Up(['--state-dir', state, '--port', String(await takeStackPort())])
    const outcome = await up.endAt(/the database is up/, 'SIGINT')
    assert.deepEqual([outcome.code, outcome.stdout], [0, ''])
    assert.deepEqual(processesWith(state), [])
  })

  it('takes the root access key from the environment', async () => {
    const state = join(newDirectory(), 'state')
    const args = ['--state-dir', state, '--port', String(await takeStackPort(1))]
    const variables = {
      TWINPOOL_ROOT_ACCESS_KEY_ID: 'AKIAEXAMPLEROOT',
      TWINPOOL_ROOT_SECRET_ACCESS_KEY: 'example-secret',
    }
    const up = new Up([...args, '--regions', 'us-west-2'], { variables })
    const line = await up.ready()
    assert.match(readFileSync(line.credentialsFile, 'utf8'), /AKIAEXAMPLEROOT[\s\S]*example-secret/)
    await up.end()
    const half = twinpool(['up', ...args], { TWINPOOL_ROOT_ACCESS_KEY_ID: 'x' })
    assertRefused(half, /or neither/)
  })

  it('refuses directories that are not its own', () => {
    const foreign = newDirectory()
    writeFileSync(join(foreign, 'letter.txt'), 'mine')
    for (const flags of [[], ['--reset']]) {
      const outcome = twinpool(['up', '--state-dir', foreign, ...flags])
      assertRefused(outcome, /was not made by twinpool/)
    }
    assert.equal(readFileSync(join(foreign, 'letter.txt'), 'utf8'), 'mine')
    const newer = newDirectory()
    writeFileSync(join(newer, 'version'), '99\n')
    assertRefused(twinpool(['up', '--state-dir', newer]), /has version 99 and this program needs/)
    const file = join(foreign, 'letter.txt')
    assertRefused(twinpool(['up', '--state-dir', file]), /it is not a directory/)
  })

  it('resets a directory of another version', async () => {
    const state = newDirectory()
    writeFileSync(join(state, 'version'), '99\n')
    writeFileSync(join(state, 'old'), '')
    const args = ['--state-dir', state, '--port', String(await takeStackPort(1))]
    const up = new Up([...args, '--regions', 'us-west-2', '--reset'])
    await up.ready()
    await up.end()
    assert.equal(readFileSync(join(state, 'version'), 'utf8'), '1\n')
    assert.throws(() => statSync(join(state, 'old')))
  })

  it('names each port that is in use', async () => {
    const port = await takeStackPort()
    const release = await holdPort(port + 6)
    const state = join(newDirectory(), 'state')
    const held = twinpool(['up', '--state-dir', state, '--port', String(port)])
    assertRefused(held, new RegExp(`Port ${port + 6}, for the database of us-east-1, is in use`))
    await release()
  })

  it('says which flags cannot be', () => {
    const up = (...flags: string[]) => twinpool(['up', '--state-dir', '/nonexistent/x', ...flags])
    assertRefused(up('--regions', 'mars'), /"mars" does not look like a Region/)
    assertRefused(up('--regions', 'us-west-2,us-west-2'), /named twice/)
    assertRefused(up('--account-id', '12'), /--account-id must be 12 digits/)
    assertRefused(up('--port', '65530'), /leaves no room/)
    assertRefused(up('--port', '0'), /--port must be a port from 1 on/)
    assertRefused(up('--port', 'x'), /must be a whole number/)
    assertRefused(up('--database-url', 'us-west-2=mysql://x'), /must be <region>=postgres/)
    assertRefused(up('--database-url', 'eu-west-1=postgres://x'), /not one of the Regions/)
    assertRefused(up('--verbose'), /unknown option/)
  })

  it('says that a database does not respond, without its password', async () => {
    const state = join(newDirectory(), 'state')
    const port = await takeStackPort(1)
    const url = `us-west-2=postgres://me:hidden@127.0.0.1:${port + 3}/x`
    const up = new Up(['--state-dir', state, '--regions', 'us-west-2', '--database-url', url])
    const outcome = await up.end('SIGCONT')
    assert.equal(outcome.code, 1)
    assert.match(outcome.stderr, /The database of us-west-2 \(127\.0\.0\.1:\d+\) does not answer/)
    assert.doesNotMatch(outcome.stderr, /hidden/)
  })

  it('works as an ordinary user', { skip: !isRoot && 'only root can become another' }, async () => {
    const directory = newDirectory()
    chownSync(directory, 65_534, 65_534)
    const state = join(directory, 'state')
    const args = ['--state-dir', state, '--port', String(await takeStackPort(1))]
    const up = new Up([...args, '--regions', 'us-west-2'], { asNobody: true })
    const line = await up.ready()
    assert.equal(statSync(line.credentialsFile).uid, 65_534)
    assert.equal((await up.end()).code, 0)
    // Root may serve what an ordinary user made: the database then runs as that user.
    const asRoot = new Up([...args, '--regions', 'us-west-2'])
    await asRoot.ready()
    assert.equal((await asRoot.end()).code, 0)
  })

  it('works as root where no other user may enter', {
    skip: !isRoot && 'is for root',
  }, async () => {
    const closed = join(newDirectory(), 'closed')
    mkdirSync(closed, { mode: 0o700 })
    chmodSync(closed, 0o700)
    const state = join(closed, 'state')
    const args = ['--state-dir', state, '--port', String(await takeStackPort(1))]
    const one = new Up([...args, '--regions', 'us-west-2'])
    await one.ready()
    assert.equal((await one.end()).code, 0)
    const elsewhere = statSync(join(state, 'us-west-2', 'postgres'))
    assert.ok(elsewhere.isDirectory())
    const two = new Up([...args, '--regions', 'us-west-2', '--reset'])
    await two.ready()
    assert.equal((await two.end()).code, 0)
    const place = readlinkSync(join(state, 'us-west-2', 'postgres'))
    assert.ok(place.startsWith('/var/lib/twinpool/'))
    // Its directory gone, the next stack of this kind clears it away.
    remove(closed)
    mkdirSync(closed, { mode: 0o700 })
    const three = new Up([...args, '--regions', 'us-east-1'])
    await three.ready()
    assert.equal((await three.end()).code, 0)
    assert.throws(() => statSync(place))
    remove(dirname(readlinkSync(join(state, 'us-east-1', 'postgres'))))
  })
})

describe('the other commands', () => {
  it('have help, and fail in one sentence without a stack', () => {
    const commands = [
      ['up'],
      ['region', 'stop'],
      ['region', 'start'],
      ['access-key', 'create'],
      ['access-key', 'list'],
      ['access-key', 'delete'],
      ['outbox'],
      ['replicas', 'list'],
      ['replicas', 'verify'],
    ]
    for (const args of commands) {
      const outcome = twinpool([...args, '--help'])
      assert.equal(outcome.code, 0, args.join(' '))
      assert.match(outcome.stdout, /--state-dir <directory>/, args.join(' '))
    }
    // These have no stack of their own that could be somewhere.
    for (const args of [['serve'], ['edge'], ['demo'], ['check-config']]) {
      const outcome = twinpool([...args, '--help'])
      assert.equal(outcome.code, 0, args.join(' '))
      assert.doesNotMatch(outcome.stdout, /--state-dir/, args.join(' '))
    }
    const nowhere = ['--state-dir', '/nonexistent/x']
    assertRefused(twinpool(['outbox', ...nowhere]), /There is no stack in \/nonexistent\/x/)
    assertRefused(twinpool(['replicas', ...nowhere]), /There is no stack in/)
    assertRefused(twinpool(['region', 'stop', 'us-west-2', ...nowhere]), /No stack is running in/)
    assertRefused(twinpool(['access-key', 'create']), /required option '--policy <file>'/)
    assertRefused(twinpool(['serve']), /The setting region .* is missing/)
    assertRefused(twinpool(['edge']), /The setting regions .* is missing/)
    assertRefused(twinpool(['serve', '--config', '/nonexistent/x']), /cannot be read/)
    assertRefused(twinpool(['nonsense']), /unknown command 'nonsense'/)
  })
})
