// What the command line says: commands that can be pasted anywhere, what is not known while a
// Region is away, and each mistake in a sentence that names it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { parseCredentials } from '#config/secrets.js'
import { takePorts, takeStackPort } from '#test/support/ports.js'
import {
  assertRefused,
  holdPort,
  processesWith,
  remove,
  type StackLine,
  startProgram,
  temporaryDirectory,
  twinpool,
  Up,
} from '#test/support/program.js'
import { waitFor } from '#test/support/wait.js'

const directory = temporaryDirectory()
after(() => remove(directory))

describe('a stack in words', () => {
  it('has commands for pasting, and says what it cannot know in an outage', async () => {
    // A blank in the path, as in many a home.
    const home = join(directory, 'a home')
    mkdirSync(home)
    const state = join(home, 'state')
    const args = ['--state-dir', state, '--port', String(await takeStackPort())]
    const issuer = 'https://cognito-idp.{region}.amazonaws.com/{poolId}'
    const variables = { TWINPOOL_URLS_ORIGINAL_ISSUER: issuer, TWINPOOL_LISTEN_PORT: '1' }
    const up = new Up(args, { variables })
    const line = await up.ready()
    assert.match(up.stderr, /TWINPOOL_LISTEN_PORT has no effect/)
    await writeToOutbox(line, 'us-west-2', 'people')
    assert.match(twinpool(['outbox', '--state-dir', state]).stdout, /ada@example\.com/)

    const west = required(line.regions['us-west-2'], 'us-west-2')
    process.kill(west.pid, 'SIGKILL')
    process.kill(west.databasePid, 'SIGKILL')
    await up.says(/LOST: the node/)
    await up.says(/LOST: the database/)
    // The state directory may come from the environment as well.
    const outbox = twinpool(['outbox'], { TWINPOOL_STATE_DIR: state })
    assert.equal(outbox.code, 0)
    assert.equal(outbox.stdout, 'The outbox is empty where it can be seen.\n')
    assert.match(outbox.stderr, /us-west-2 does not answer; what only it has is not shown\./)
    const json = twinpool(['outbox', '--json', '--state-dir', state])
    assert.deepEqual(JSON.parse(json.stdout), { Messages: [], SilentRegions: ['us-west-2'] })
    assert.match(twinpool(['replicas', '--state-dir', state]).stderr, /us-west-2 does not answer/)
    const stopped = twinpool(['region', 'stop', 'us-west-2', '--kill', '--state-dir', state])
    assert.equal(stopped.stdout, 'us-west-2 was down already.\n')

    const hint = /start it again: (.*)/.exec(up.stderr)?.[1] ?? ''
    const pasted = spawnSync('sh', ['-c', hint], { cwd: '/', encoding: 'utf8' })
    assert.equal(pasted.stdout, 'us-west-2 is running.\n', `${hint}: ${pasted.stderr}`)
    const log = readFileSync(join(state, 'us-west-2', 'node.log'), 'utf8')
    assert.match(log, /"message":"node listens"|"msg":"node listens"/)
    assert.match(log, /"version":"\d+\.\d+\.\d+"/)
    assert.doesNotMatch(log, /"operation":"ListOutboxMessages"/)
    assert.equal((await up.end()).code, 0)
  })

  async function writeToOutbox(line: StackLine, region: string, name: string): Promise<void> {
    const credentials = parseCredentials(readFileSync(line.credentialsFile, 'utf8'))
    const client = new CognitoIdentityProviderClient({
      region,
      endpoint: required(line.regions[region], region).endpoint,
      credentials: required(credentials, 'the root access key'),
    })
    const { UserPool } = await client.send(
      new CreateUserPoolCommand({ PoolName: name, AutoVerifiedAttributes: ['email'] }),
    )
    const { UserPoolClient } = await client.send(
      new CreateUserPoolClientCommand({ UserPoolId: UserPool?.Id, ClientName: 'web' }),
    )
    await client.send(
      new SignUpCommand({
        ClientId: UserPoolClient?.ClientId,
        Username: 'ada',
        Password: 'Corr3ct-Horse!',
        UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
      }),
    )
    // A template that a variable gives reaches the nodes.
    const { endpoint } = required(line.regions[region], region)
    const url = `${endpoint}/${UserPool?.Id}/.well-known/openid-configuration`
    const { issuer } = (await (await fetch(url)).json()) as { issuer: string }
    assert.equal(issuer, `https://cognito-idp.${region}.amazonaws.com/${UserPool?.Id}`)
    client.destroy()
  }
})

describe('mistakes', () => {
  const edgeOf = (settings: object) => {
    const file = join(directory, 'edge.json')
    const regions = [{ name: 'us-west-2', endpoint: 'http://localhost:1' }]
    const credentials = join(directory, 'credentials')
    const key = ['aws_access_key_id = AKIAEXAMPLE', 'aws_secret_access_key = s'].join('\n')
    writeFileSync(credentials, `[default]\n${key}\n[other]\n${key}\n`)
    writeFileSync(file, JSON.stringify({ regions, edgeCredentialsFile: credentials, ...settings }))
    return file
  }

  it('names the port that an edge cannot listen on', async () => {
    const port = await takePorts(1)
    const release = await holdPort(port)
    const file = edgeOf({ listen: { port } })
    const outcome = twinpool(['edge', '--config', file], { TWINPOOL_LOG_LEVEL: 'error' })
    assertRefused(outcome, new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is in use; stop what`))
    await release()
  })

  it('names a variable that is no setting, but not those of Kubernetes', () => {
    const file = edgeOf({})
    const check = (variables: Record<string, string>) => twinpool(['check-config', file], variables)
    assertRefused(
      check({ TWINPOOL_LISTEN_PROT: '5000' }),
      /The variable TWINPOOL_LISTEN_PROT is no setting; did you mean TWINPOOL_LISTEN_PORT\?/,
    )
    assertRefused(check({ TWINPOOL_NONSENSE: '1' }), /is no setting; docs\/configuration\.md/)
    const service = {
      TWINPOOL_SERVICE_HOST: '10.0.0.1',
      TWINPOOL_SERVICE_PORT: '80',
      TWINPOOL_PORT: 'tcp://10.0.0.1:80',
      TWINPOOL_PORT_80_TCP_ADDR: '10.0.0.1',
    }
    assert.equal(check(service).code, 0)
  })

  it('checks files of nodes and edges, and starts nothing', () => {
    const right = twinpool(['check-config', edgeOf({})])
    assert.match(right.stdout, /edge\.json is right for an edge of us-west-2\./)
    assertRefused(twinpool(['check-config', edgeOf({ lsten: 1 })]), /unknown setting: lsten/)
    const regions = [
      { name: 'us-west-2', endpoint: 'http://localhost:1' },
      { name: 'us-east-1', endpoint: 'http://localhost:2' },
    ]
    const node = edgeOf({ region: 'us-west-2', regions })
    assertRefused(
      twinpool(['check-config', node]),
      /us-east-1 of the setting regions has no linkUrl/,
    )
    assertRefused(twinpool(['check-config', '/nonexistent/x']), /cannot be read/)
  })

  it('finds the files of the documentation right', () => {
    edgeOf({})
    const secrets = join(directory, 'secrets')
    mkdirSync(secrets)
    writeFileSync(join(secrets, 'twinpool-service-key'), Buffer.alloc(32, 1))
    for (const name of ['root', 'edge']) {
      const key = `aws_access_key_id = AKIA${name}\naws_secret_access_key = s${name}`
      writeFileSync(join(secrets, `twinpool-${name}`), `[default]\n${key}\n`)
    }
    const text = readFileSync('docs/configuration.md', 'utf8')
    const files = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
    // The others are policies.
    const settings = files.filter((file) => file.includes('"regions"'))
    const kinds = settings.map((file) => {
      const path = join(directory, 'documented.json')
      writeFileSync(path, file.replaceAll('/run/secrets', secrets))
      const variables = { TWINPOOL_DATABASE_URL: 'postgres://x@localhost/x' }
      const outcome = twinpool(['check-config', path, '--json'], variables)
      assert.equal(outcome.code, 0, outcome.stderr)
      return (JSON.parse(outcome.stdout) as { kind: string }).kind
    })
    assert.deepEqual(kinds, ['node', 'edge'])
  })

  it('takes the credentials of --endpoint from a credentials file, too', () => {
    edgeOf({})
    const args = ['outbox', '--endpoint', 'http://127.0.0.1:1', '--region', 'us-west-2']
    const variables = {
      AWS_ACCESS_KEY_ID: '',
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'credentials'),
    }
    assertRefused(twinpool(args, variables), /No Region answers at http:\/\/127\.0\.0\.1:1/)
    const other = { ...variables, AWS_PROFILE: 'nobody' }
    assertRefused(twinpool(args, other), /has no access key for \[nobody\]/)
    const none = { ...variables, AWS_SHARED_CREDENTIALS_FILE: '' }
    assertRefused(twinpool(args, none), /needs AWS_ACCESS_KEY_ID and .*or AWS_SHARED_CREDENTIALS/)
  })

  it('says that no directory can be made, and that nothing is installed', () => {
    const nowhere = twinpool(['up', '--state-dir', '/proc/x'])
    assertRefused(nowhere, /\/proc\/x cannot be used: no directory can be made there/)
    cpSync('bin', join(directory, 'fresh', 'bin'), { recursive: true })
    const fresh = spawnSync(process.execPath, [join(directory, 'fresh', 'bin', 'twinpool.js')], {
      encoding: 'utf8',
    })
    assert.equal(fresh.status, 1)
    assert.match(fresh.stderr, /not installed or not built yet; run "npm ci"/)
    assert.doesNotMatch(fresh.stderr, /at file:/)
  })

  it('refuses a demo of fewer than two users', () => {
    for (const count of ['0', '1']) {
      assertRefused(twinpool(['demo', '--users', count]), /It must be 2 or more/)
    }
  })

  it('clears a demo away that is interrupted', async () => {
    const own = join(directory, 'tmp')
    mkdirSync(own)
    for (const [name, moment] of [
      ['SIGINT', /Two Regions/],
      ['SIGTERM', /are up/],
    ] as const) {
      const demo = startProgram(['demo', '--users', '2'], { TMPDIR: own })
      await waitFor(() => moment.test(demo.output()), {
        what: `the demo to have begun: ${moment}`,
        timeoutMs: 60_000,
      })
      const outcome = await demo.end(name)
      assert.equal(outcome.code, 1, outcome.stderr)
      assert.match(outcome.stderr, /The demo was interrupted/)
      assert.deepEqual(readdirSync(own), [], `after ${name}`)
      assert.deepEqual(processesWith(own), [])
    }
    assert.notEqual(own, tmpdir())
  })
})
