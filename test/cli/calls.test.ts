// The administration commands against servers that stand in for two Regions: what they send, what
// they show, and how they fail.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { takePorts } from '#test/support/ports.js'
import { assertRefused, twinpoolAsync } from '#test/support/program.js'
import { SECRET, standInRegions } from './stand-in-regions.js'

const regions = standInRegions()
const { directory, endpoints, flags, received, writeState } = regions

describe('the administration commands', () => {
  it('collect the outbox of all Regions, the newest first', async () => {
    writeState(endpoints)
    regions.answers = {
      'us-west-2 TwinpoolService.ListOutboxMessages': {
        Messages: [{ RegionName: 'us-west-2', CreatedAt: 1, Code: '111111', Username: 'ada' }],
      },
      'us-east-1 TwinpoolService.ListOutboxMessages': {
        Messages: [{ RegionName: 'us-east-1', CreatedAt: 2, Code: '222222' }],
      },
    }
    const json = await twinpoolAsync(['outbox', '--json', '--user-pool-id', 'p', ...flags])
    const { Messages: messages } = JSON.parse(json.stdout) as { Messages: { Code: string }[] }
    assert.deepEqual(
      messages.map((message) => message.Code),
      ['222222', '111111'],
    )
    assert.equal(received.at(-1)?.input['UserPoolId'], 'p')
    const table = await twinpoolAsync(['outbox', '--region', 'us-west-2', ...flags])
    assert.match(table.stdout, /^Time .*Code\n1970-01-01T00:00:01.000Z {2}us-west-2 .*ada .*111111/)
    assert.doesNotMatch(table.stdout, /222222/)
  })

  it('list user imports, and print the log of one from the Region that has it', async () => {
    writeState(endpoints)
    const job = { RegionName: 'us-east-1', JobId: 'import-1', JobName: 'people', CreatedAt: 2 }
    const log = 'us-east-1 TwinpoolService.ListUserImportLog'
    regions.answers = {
      'TwinpoolService.ListUserImports': { UserImports: [] },
      'us-east-1 TwinpoolService.ListUserImports': {
        UserImports: [{ ...job, Status: 'Succeeded', ImportedUsers: 1, FailedUsers: 1 }],
      },
      [log]: { Lines: ['[SUCCEEDED] Line Number 2 - a', '[FAILED] Line Number 3 - b'] },
    }
    const pool = ['--user-pool-id', 'us-east-1_a', ...flags]
    const table = await twinpoolAsync(['imports', ...pool])
    assert.match(
      table.stdout,
      /^Created .*Failed {2}Message\n1970-.* us-east-1 {2}import-1 .*people/,
    )
    const whole = await twinpoolAsync(['imports', 'log', 'import-1', ...pool])
    assert.equal(whole.stdout, '[SUCCEEDED] Line Number 2 - a\n[FAILED] Line Number 3 - b\n')
    assert.deepEqual(received.at(-1), {
      region: 'us-east-1',
      target: 'TwinpoolService.ListUserImportLog',
      input: { UserPoolId: 'us-east-1_a', JobId: 'import-1', Part: 1 },
    })
    const failed = await twinpoolAsync([
      'imports',
      'log',
      'import-1',
      '--failed',
      '--json',
      ...pool,
    ])
    assert.deepEqual(JSON.parse(failed.stdout), { Lines: ['[FAILED] Line Number 3 - b'] })
    const none = await twinpoolAsync(['imports', 'log', 'import-2', ...pool])
    assertRefused(none, /The user pool has no user import import-2\./)
    regions.answers = { 'TwinpoolService.ListUserImports': { UserImports: [] } }
    const nothing = await twinpoolAsync(['imports', 'list', ...pool])
    assert.equal(nothing.stdout, 'The user pool has no user imports.\n')
  })

  it('show replicas as each Region sees them, and leave out Regions that are down', async () => {
    const port = await takePorts(1)
    writeState({ ...endpoints, 'us-west-2': `http://127.0.0.1:${port}` })
    regions.answers = {
      'TwinpoolService.ListReplicas': {
        Replicas: [
          {
            UserPoolId: 'us-west-2_a',
            RegionName: 'us-east-1',
            Status: 'CREATING',
            Step: 'mark',
            RowsDone: 5,
            RowsTotal: 10,
            LagMilliseconds: 1.6,
            Reason: 'us-east-1 cannot be reached',
          },
        ],
      },
    }
    const table = await twinpoolAsync(['replicas', ...flags])
    assert.match(
      table.stdout,
      /us-west-2_a +us-east-1 +CREATING +mark +5\/10 +< 1 s +- +- +us-east-1/,
    )
    assert.match(table.stdout, /^us-west-2_a in us-east-1 is CREATING: us-east-1 cannot be re/m)
    const json = await twinpoolAsync(['replicas', '--json', ...flags])
    assert.equal(JSON.parse(json.stdout).Replicas.length, 1)
  })

  it('verify what each Region owns, and fail while rows differ', async () => {
    writeState(endpoints)
    const pool = { UserPoolId: 'us-west-2_a', RegionName: 'us-east-1' }
    regions.answers = {
      'us-west-2 TwinpoolService.ListVerifications': {
        Verifications: [{ RegionName: 'us-east-1' }, pool],
      },
      'us-east-1 TwinpoolService.ListVerifications': {
        Verifications: [{ ...pool, RegionName: 'us-west-2' }],
      },
      'TwinpoolService.VerifyCopies': { RowsCompared: 12, RowsDiffering: 0, RowsLeft: 0 },
    }
    const equal = await twinpoolAsync(['replicas', 'verify', ...flags])
    assert.equal(equal.code, 0)
    assert.match(equal.stdout, /^\(deployment\) +us-west-2 +us-east-1 +12 +0 +0 +0 +equal$/m)
    assert.match(equal.stdout, /^us-west-2_a +us-east-1 +us-west-2 +12 +0 +0 +0 +equal$/m)
    assert.equal(received.at(-1)?.input['Repair'], false)
    regions.answers['us-west-2 TwinpoolService.VerifyCopies'] = {
      RowsCompared: 12,
      RowsDiffering: 3,
      RowsLeft: 3,
      Tables: ['users'],
    }
    const args = ['replicas', 'verify', '--pool', 'us-west-2_a', ...flags]
    const different = await twinpoolAsync(args)
    assert.equal(different.code, 1)
    assert.match(different.stdout, /us-west-2_a +us-west-2 +us-east-1 +12 +3 .* different: users/)
    assert.doesNotMatch(different.stdout, /deployment/)
    assert.match(different.stderr, /3 rows are not the same in both Regions; mend them with --rep/)
    regions.answers['us-west-2 TwinpoolService.VerifyCopies'] = {
      RowsCompared: 12,
      RowsDiffering: 3,
      RowsResent: 2,
      RowsRemoved: 1,
      RowsLeft: 0,
      Tables: ['users'],
    }
    const mended = await twinpoolAsync([...args, '--repair', '--region', 'us-west-2'])
    assert.equal(mended.code, 0)
    assert.match(mended.stdout, /12 +3 +2 +1 +mended: users/)
    assert.equal(received.at(-1)?.input['Repair'], true)
    const unknown = await twinpoolAsync(['replicas', 'verify', '--pool', 'x_y', ...flags])
    assertRefused(unknown, /The user pool x_y has no replica that is at rest/)
  })

  it('make, list and delete access keys in the first Region that responds', async () => {
    const port = await takePorts(1)
    writeState({
      'us-west-2': `http://127.0.0.1:${port}`,
      ...{ 'us-east-1': endpoints['us-east-1'] ?? '' },
    })
    regions.answers = {
      'TwinpoolService.CreateAccessKey': {
        AccessKey: { AccessKeyId: 'AKIANEW', SecretAccessKey: 'once' },
      },
      'TwinpoolService.ListAccessKeys': { AccessKeys: [{ AccessKeyId: 'AKIANEW', CreateDate: 1 }] },
      'TwinpoolService.DeleteAccessKey': {
        __type: 'ResourceNotFoundException',
        message: 'Access key AKIAOLD does not exist.',
      },
    }
    const policy = join(directory, 'policy.json')
    writeFileSync(policy, '{ "Version": "2012-10-17", "Statement": [] }')
    const made = await twinpoolAsync(['access-key', 'create', '--policy', policy, ...flags])
    assert.match(made.stdout, /^\[default\]\naws_access_key_id = AKIANEW\n.* = once\n$/)
    const sent = received.at(-1)
    assert.equal(sent?.region, 'us-east-1')
    assert.equal(sent?.input['PolicyDocument'], '{"Version":"2012-10-17","Statement":[]}')
    const listed = await twinpoolAsync(['access-key', 'list', ...flags])
    assert.match(listed.stdout, /AKIANEW/)
    const gone = await twinpoolAsync(['access-key', 'delete', 'AKIAOLD', ...flags])
    assertRefused(gone, /Access key AKIAOLD does not exist\. \(ResourceNotFoundException\)/)
    writeFileSync(policy, 'allow all')
    const wrong = await twinpoolAsync(['access-key', 'create', '--policy', policy, ...flags])
    assertRefused(wrong, /is not valid JSON/)
  })

  it('call an endpoint elsewhere with the credentials of the environment', async () => {
    regions.answers = { 'TwinpoolService.ListAccessKeys': { AccessKeys: [] } }
    const args = ['access-key', 'list', '--endpoint', endpoints['us-east-1'] ?? '']
    const variables = { AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: SECRET }
    const listed = await twinpoolAsync([...args, '--region', 'us-east-1'], variables)
    assert.equal(listed.stdout, 'No access keys.\n')
    assertRefused(await twinpoolAsync(args, variables), /--endpoint needs --region/)
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
    const refused = await twinpoolAsync([...args, '--region', 'us-east-1'], none)
    assertRefused(refused, /needs AWS_ACCESS_KEY_ID/)
  })

  it('say that no Region responds', async () => {
    const port = await takePorts(1)
    writeState({ 'us-west-2': `http://127.0.0.1:${port}` })
    assertRefused(await twinpoolAsync(['outbox', ...flags]), /No Region answers at http/)
    const other = await twinpoolAsync(['outbox', '--region', 'eu-west-1', ...flags])
    assertRefused(other, /The stack has no Region eu-west-1/)
  })
})
