import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { required } from '#base/assert.js'
import type { JsonObject } from '#base/json.js'
import { keyPolicyStatements } from '../pool/key-policy.js'
import { mergedPolicy } from './merged-policy.js'

const ADMINISTRATORS = {
  Sid: 'Administrators',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::123456789012:root' },
  Action: 'kms:*',
  Resource: '*',
}
const statementsOf = (poolId: string, regions: readonly string[]): readonly JsonObject[] =>
  keyPolicyStatements({ accountId: '123456789012', poolId, regions }).map((each) => ({ ...each }))
const OURS = statementsOf('us-west-2_AAAAAAAAA', ['us-west-2', 'us-east-1'])
const policyOf = (...Statement: readonly JsonObject[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })

function merge(text: string, statements = OURS) {
  const merged = mergedPolicy(text, statements)
  assert.equal(merged.kind, 'merged')
  return merged.kind === 'merged' ? merged : assert.fail()
}
const statementsIn = (policy: JsonObject) => policy['Statement'] as readonly JsonObject[]
const outcomesOf = ({ statements }: { readonly statements: readonly { outcome: string }[] }) =>
  statements.map(({ outcome }) => outcome)

describe('statements put into a policy', () => {
  test('are added beside what is there, once', () => {
    const first = merge(policyOf(ADMINISTRATORS))
    assert.deepEqual(outcomesOf(first), ['added', 'added', 'added', 'added'])
    assert.equal(first.policy['Version'], '2012-10-17')
    assert.deepEqual(statementsIn(first.policy), [ADMINISTRATORS, ...OURS])
    const again = merge(JSON.stringify(first.policy))
    assert.deepEqual(outcomesOf(again), ['present', 'present', 'present', 'present'])
    assert.deepEqual(again.policy, first.policy)
  })

  test('leave another pool of the key with what it needs', () => {
    const theirs = statementsOf('us-west-2_BBBBBBBBB', ['us-west-2'])
    const merged = merge(policyOf(ADMINISTRATORS, ...theirs))
    assert.deepEqual(outcomesOf(merged), ['extended', 'extended', 'extended', 'extended'])
    for (const statements of [theirs, OURS]) {
      const all = merge(JSON.stringify(merged.policy), statements)
      assert.deepEqual(outcomesOf(all), ['present', 'present', 'present', 'present'])
    }
    const condition = required(statementsIn(merged.policy)[1], 'statement')['Condition']
    assert.deepEqual((condition as JsonObject)['ArnEquals'], {
      'aws:SourceArn': [
        'arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_BBBBBBBBB',
        'arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_AAAAAAAAA',
        'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-west-2_AAAAAAAAA',
      ],
    })
  })

  test('are added under a Sid that is free where the one that has it is another thing', () => {
    const [first] = OURS
    const denies = { ...required(first, 'statement'), Effect: 'Deny' }
    const merged = merge(policyOf(denies), OURS.slice(0, 1))
    assert.deepEqual(outcomesOf(merged), ['added'])
    const [kept, added] = statementsIn(merged.policy)
    assert.deepEqual(kept, denies)
    assert.deepEqual(added, { ...first, Sid: 'AllowCognitoToUseTheKey2' })
  })

  test('are not taken for present where a condition, an action or a principal differs', () => {
    const [first] = OURS
    const statement = required(first, 'statement')
    const stricter = {
      ...(statement['Condition'] as JsonObject),
      Bool: { 'aws:SecureTransport': 'true' },
    }
    for (const other of [
      { Condition: stricter },
      { Action: 'kms:Encrypt' },
      { Principal: { AWS: '*' } },
      { Principal: '*' },
      { Resource: 'arn:aws:kms:us-west-2:123456789012:key/another' },
    ]) {
      const merged = merge(policyOf({ ...statement, ...other }), [statement])
      assert.deepEqual(outcomesOf(merged), ['added'], JSON.stringify(other))
    }
  })

  test('take one statement that is no list, and refuse what is no policy', () => {
    const one = JSON.stringify({ Version: '2012-10-17', Statement: ADMINISTRATORS })
    assert.equal(statementsIn(merge(one).policy).length, 5)
    assert.deepEqual(mergedPolicy('{', OURS), { kind: 'unreadable' })
    assert.deepEqual(mergedPolicy('[]', OURS), { kind: 'unreadable' })
  })
})
