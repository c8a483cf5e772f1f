// The audit of a Region: what is recorded and what is not, that nothing of it can be changed
// without being found, how long it is kept, and the commands.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms'
import type { Sql } from 'postgres'
import { required } from '#base/assert.js'
import { callAny, tryCall } from '#cli/signed-call.js'
import { ROOT_ACCESS_KEY } from '#test/support/node-config.js'
import { twinpoolAsync } from '#test/support/program.js'
import { PASSWORD, REGION, startTestApi, type TestApi } from '#test/support/test-api.js'

type Entry = Readonly<Record<string, unknown>>

describe('the audit', () => {
  let api: TestApi
  let sql: Sql
  let poolId: string
  before(async () => {
    api = await startTestApi()
    sql = api.openSql()
    poolId = await api.makePool()
  })
  after(() => api.stop())

  const target = () => ({
    region: REGION,
    endpoint: api.endpoint,
    credentials: { ...ROOT_ACCESS_KEY },
  })
  const ask = (operation: string, input: object = {}) =>
    callAny([target()], operation, input as Readonly<Record<string, unknown>>)

  /** What is recorded while `act` runs, the oldest first. */
  async function recordsOf(act: () => Promise<unknown>): Promise<readonly Entry[]> {
    const { Head } = await ask('VerifyAuditTrail')
    await act()
    const After = String((Head as Entry)['Sequence'])
    const { Entries } = await ask('ListAuditEntries', { After, MaxResults: 1000 })
    return (Entries as Entry[]).map(({ Entry }) => Entry as Entry)
  }

  const told = (records: readonly Entry[]) =>
    records.map(({ event, operation, outcome }) => [event, operation, outcome].join(' ').trim())

  const verify = async () => {
    const { Break } = await ask('VerifyAuditTrail')
    return Break as Entry | undefined
  }

  /** A key that may read pools and nothing else, and a client with it. */
  async function reader() {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cognito-idp:Describe*', Resource: '*' }],
    })
    const { AccessKey } = await ask('CreateAccessKey', { PolicyDocument })
    const { AccessKeyId, SecretAccessKey } = AccessKey as Record<string, string>
    const credentials = {
      accessKeyId: required(AccessKeyId, 'the ID'),
      secretAccessKey: required(SecretAccessKey, 'the secret'),
    }
    const options = { region: REGION, endpoint: api.endpoint, maxAttempts: 1 }
    return { credentials, client: new CognitoIdentityProviderClient({ ...options, credentials }) }
  }

  test('records every change before and after it: who, what, where, how it ended', async () => {
    const GroupName = 'admins'
    const group = new CreateGroupCommand({ UserPoolId: poolId, GroupName })
    const records = await recordsOf(async () => {
      await api.cognito.send(group)
      await assert.rejects(api.cognito.send(group), { name: 'GroupExistsException' })
    })
    assert.deepEqual(told(records), [
      'began CreateGroup',
      'ended CreateGroup ok',
      'began CreateGroup',
      'ended CreateGroup GroupExistsException',
    ])
    const [began, ended] = records
    const { at, requestId, ...rest } = began ?? {}
    assert.deepEqual(rest, {
      event: 'began',
      service: 'cognito-idp',
      operation: 'CreateGroup',
      caller: ROOT_ACCESS_KEY.accessKeyId,
      sourceIp: '127.0.0.1',
      poolId,
    })
    assert.match(String(at), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    assert.equal(ended?.['requestId'], requestId)
  })

  test('names what was made: a pool, a key, an access key', async () => {
    let made = ''
    let keyId = ''
    const records = await recordsOf(async () => {
      const { UserPool } = await api.cognito.send(new CreateUserPoolCommand({ PoolName: 'new' }))
      made = UserPool?.Id ?? ''
      const { KeyMetadata } = await api.kms.send(new CreateKeyCommand({}))
      keyId = KeyMetadata?.KeyId ?? ''
      await api.kms.send(new DisableKeyCommand({ KeyId: keyId }))
    })
    const ended = records.filter(({ event }) => event === 'ended')
    assert.deepEqual(
      ended.map(({ operation, poolId, keyId }) => [operation, poolId ?? keyId]),
      [
        ['CreateUserPool', made],
        ['CreateKey', keyId],
        ['DisableKey', keyId],
      ],
    )
    const keys = await recordsOf(async () => {
      const { credentials } = await reader()
      await ask('DeleteAccessKey', { AccessKeyId: credentials.accessKeyId })
    })
    assert.equal(keys.length, 4)
    const ids = new Set(keys.filter(({ event }) => event === 'ended').map(({ keyId }) => keyId))
    assert.equal(ids.size, 1)
    assert.match(String([...ids][0]), /^AKIA/)
  })

  test('records what is refused, of reads too, and of strangers nothing', async () => {
    const { client, credentials } = await reader()
    const records = await recordsOf(async () => {
      await client.send(new DescribeUserPoolCommand({ UserPoolId: poolId }))
      const denied = { name: 'AccessDeniedException' }
      await assert.rejects(client.send(new ListUsersCommand({ UserPoolId: poolId })), denied)
      const group = new CreateGroupCommand({ UserPoolId: poolId, GroupName: 'theirs' })
      await assert.rejects(client.send(group), denied)
      await assert.rejects(tryCall({ ...target(), credentials }, 'ListAuditEntries', {}), /Denied/)
      const stranger = { ...ROOT_ACCESS_KEY, secretAccessKey: 'no-secret-of-any-key-of-this-place' }
      await assert.rejects(tryCall({ ...target(), credentials: stranger }, 'CreateAccessKey', {}))
      await (await fetch(api.endpoint, { method: 'POST', body: '{}' })).text()
    })
    assert.deepEqual(told(records), [
      'refused ListUsers AccessDeniedException',
      'refused CreateGroup AccessDeniedException',
      'refused ListAuditEntries AccessDeniedException',
    ])
    for (const { caller } of records) assert.equal(caller, credentials.accessKeyId)
    client.destroy()
  })

  test('records neither reads nor sign-ins, and nothing of what was sent', async () => {
    const { clientId: ClientId } = await api.makeClient(poolId)
    const records = await recordsOf(async () => {
      await api.makeUser(poolId, 'wilhelmina', { email: 'wilhelmina@example.com' })
      await api.cognito.send(
        new AdminGetUserCommand({ UserPoolId: poolId, Username: 'wilhelmina' }),
      )
      await api.cognito.send(new ListUsersCommand({ UserPoolId: poolId }))
      await api.cognito.send(
        new AdminInitiateAuthCommand({
          UserPoolId: poolId,
          ClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: 'wilhelmina', PASSWORD },
        }),
      )
    })
    const calls = ['AdminCreateUser', 'AdminSetUserPassword']
    const events = calls.flatMap((name) => [`began ${name}`, `ended ${name} ok`])
    assert.deepEqual(told(records), events)
    const rows = await sql<{ entry: string }[]>`select entry from audit_entries`
    assert.ok(rows.length > 10)
    for (const { entry } of rows)
      assert.doesNotMatch(entry, /wilhelmina|horse|example\.com|secret/i)
  })

  test('is one whole chain, however many record at once, in however many processes', async () => {
    const other = await api.addNode()
    const before = Number(((await ask('VerifyAuditTrail'))['Head'] as Entry)['Sequence'])
    const create = (at: number) =>
      (at % 2 === 0 ? api : other).cognito.send(
        new CreateGroupCommand({ UserPoolId: poolId, GroupName: `group-${at}` }),
      )
    await Promise.all(Array.from({ length: 40 }, (_, at) => create(at)))
    const { Verified, Head, IsEnd, Break } = await ask('VerifyAuditTrail')
    const { Sequence } = Head as Entry
    assert.equal(Number(Sequence), before + 80)
    assert.deepEqual([Verified, IsEnd, Break], [Sequence, true, undefined])
  })

  test('is only added to', async () => {
    const refused = /entries of the audit are only added/
    await assert.rejects(sql`update audit_entries set entry = '{}'`, refused)
    await assert.rejects(sql`delete from audit_entries`, refused)
    await assert.rejects(sql`truncate audit_entries`, refused)
    assert.equal(await verify(), undefined)
  })

  /** Does what only the owner of the table can, looks, and puts everything back. */
  async function afterTampering(tamper: (tx: Sql) => PromiseLike<unknown>) {
    await sql`create table kept_entries as select * from audit_entries`
    await sql`create table kept_chain as select * from audit_chain`
    await sql`alter table audit_entries disable trigger user`
    try {
      await tamper(sql)
      return await verify()
    } finally {
      await sql`delete from audit_entries`
      await sql`insert into audit_entries select * from kept_entries`
      await sql`delete from audit_chain`
      await sql`insert into audit_chain select * from kept_chain`
      await sql`drop table kept_entries, kept_chain`
      await sql`alter table audit_entries enable trigger user`
    }
  }

  test('shows each change by somebody who owns the database', async () => {
    const changed = { Sequence: 3, Problem: 'changed' }
    const cases: readonly [Entry, (tx: Sql) => PromiseLike<unknown>][] = [
      [
        changed,
        (tx) => tx`update audit_entries set entry = replace(entry, 'AKIA', 'AKIB')
         where seq = 3`,
      ],
      [changed, (tx) => tx`update audit_entries set at = at - interval '1 day' where seq = 3`],
      [changed, (tx) => tx`update audit_entries set hash = sha256('x') where seq = 3`],
      [{ Sequence: 3, Problem: 'missing' }, (tx) => tx`delete from audit_entries where seq = 3`],
      [{ Sequence: 1, Problem: 'missing' }, (tx) => tx`delete from audit_entries where seq < 5`],
      [
        { Sequence: 4, Problem: 'base' },
        (tx) => tx`
        with gone as (delete from audit_entries where seq < 5 returning seq, hash)
        update audit_chain set base_seq = 4, base_hash = (select hash from gone where seq = 4)`,
      ],
      [{ Sequence: 2, Problem: 'head' }, (tx) => tx`delete from audit_entries where seq > 1`],
    ]
    for (const [expected, tamper] of cases) assert.deepEqual(await afterTampering(tamper), expected)
    assert.equal(await verify(), undefined)
  })

  test('shows by a head that was noted that its end was taken away with all traces', async () => {
    const { Head } = await ask('VerifyAuditTrail')
    const { Sequence, Hash } = Head as Record<string, unknown>
    const noted = { NotedSequence: String(Sequence), NotedHash: String(Hash) }
    assert.equal((await ask('VerifyAuditTrail', noted))['IsNotedHash'], true)
    const wrong = { ...noted, NotedHash: '0'.repeat(64) }
    assert.equal((await ask('VerifyAuditTrail', wrong))['IsNotedHash'], false)
    const cut = (tx: Sql) => tx`
      with gone as (delete from audit_entries where seq > 5)
      update audit_chain set head_seq = 5,
        head_hash = (select hash from audit_entries where seq = 5)`
    assert.equal(
      await afterTampering(async (tx) => {
        await cut(tx)
        const { IsNotedHash, Break, IsEnd } = await ask('VerifyAuditTrail', noted)
        assert.deepEqual([IsNotedHash, Break, IsEnd], [undefined, undefined, true])
      }),
      undefined,
    )
  })

  test('is listed from both ends, and refuses what cannot be', async () => {
    const { Entries } = await ask('ListAuditEntries', { MaxResults: 2 })
    const [newest, second] = Entries as Entry[]
    assert.equal(Number(newest?.['Sequence']), Number(second?.['Sequence']) + 1)
    const older = await ask('ListAuditEntries', { Before: '3' })
    assert.deepEqual(
      (older['Entries'] as Entry[]).map(({ Sequence }) => Sequence),
      [2, 1],
    )
    const invalid = /InvalidParameterException/
    await assert.rejects(ask('ListAuditEntries', { After: '-1' }), invalid)
    await assert.rejects(ask('ListAuditEntries', { After: '1', Before: '3' }), invalid)
    await assert.rejects(ask('ListAuditEntries', { MaxResults: 1001 }), invalid)
    await assert.rejects(ask('VerifyAuditTrail', { NotedSequence: '1' }), invalid)
  })

  test('is shown, verified and exported by commands', async () => {
    const where = ['--endpoint', api.endpoint, '--region', REGION]
    const variables = {
      AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_ACCESS_KEY.secretAccessKey,
    }
    const run = (...args: string[]) => twinpoolAsync(['audit', ...args, ...where], variables)
    const list = await run('list', '--max-results', '3')
    assert.equal(list.code, 0, list.stderr)
    assert.match(list.stdout, /^Region +Time +Access key +Operation/m)
    assert.match(list.stdout, /CreateGroup +ended +ok/)

    const whole = await run('verify')
    assert.equal(whole.code, 0, whole.stderr)
    const [, noted = ''] = /whole\. Note (\d+:[0-9a-f]{64}) elsewhere/.exec(whole.stdout) ?? []
    assert.equal((await run('verify', '--noted', noted)).code, 0)
    const other = await run('verify', '--noted', `1:${noted.split(':')[1]}`)
    assert.equal(other.code, 1)
    assert.match(other.stdout, /entry 1 is not the one that was noted/)
    const later = await run('verify', '--noted', `999999:${noted.split(':')[1]}`)
    assert.match(later.stdout, /entry 999999, which was noted, is missing/)

    const exported = await run('export')
    const lines = exported.stdout.trim().split('\n')
    assert.equal(lines.length, Number(noted.split(':')[0]))
    assert.equal((JSON.parse(lines[0] ?? '') as Entry)['Sequence'], 1)

    await sql`alter table audit_entries disable trigger user`
    await sql`update audit_entries set entry = replace(entry, 'AKIA', 'AKIB') where seq = 7`
    const broken = await run('verify', '--json')
    assert.equal(broken.code, 1)
    const { Regions } = JSON.parse(broken.stdout) as { Regions: Entry[] }
    assert.equal(Regions[0]?.['problem'], 'entry 7 is not what was written')
    await sql`update audit_entries set entry = replace(entry, 'AKIB', 'AKIA') where seq = 7`
    await sql`alter table audit_entries enable trigger user`
    assert.equal((await run('verify')).code, 0)
  })

  test('lets nothing change that cannot be recorded', async () => {
    await sql`alter table audit_chain rename to audit_chain_away`
    const group = new CreateGroupCommand({ UserPoolId: poolId, GroupName: 'unrecorded' })
    try {
      await assert.rejects(api.cognito.send(group), { name: 'InternalErrorException' })
      await api.cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolId }))
    } finally {
      await sql`alter table audit_chain_away rename to audit_chain`
    }
    await api.cognito.send(group)
    assert.equal(await verify(), undefined)
  })
})
