// For each operation: where its success, each constraint of its members, callers who may not, what
// is another pool's, and both kinds of secondary are tried. All of these are derived from the
// registry and the contract; an operation that none of them fits is missing here. Declared errors
// have declared-errors.test.ts, failures and many callers flows.test.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cognitoOperations } from '#contract/cognito.js'
import { sampleInput } from '#test/support/sample-input.js'
import { filesBelow, textOf } from '../../scripts/tree.js'
import { CASES } from '../anomaly/cases.js'
import { ELSEWHERE, foreignMemberOf, has, OF_NO_OTHER_POOL } from '../api/contract/evidence.js'
import { IMPLEMENTED, type Implemented } from '../api/contract/stage.js'
import { violationsOf } from '../api/contract/violations.js'
import { ACCOUNT, ACTIVE_SECONDARY, ANY_SECONDARY } from '../api/gate/documented.js'
import { mentionedCommands } from './gaps.js'

const KNOWN = {
  UserPoolId: 'us-west-2_Sample123',
  ResourceArn: 'arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_Sample123',
  AccessToken: 'token',
}

type Kind = 'success' | 'constraints' | 'callers' | 'other pool' | 'secondary'

/** What there is of each kind, in words; undefined where there is nothing. */
function casesOf(one: Implemented): Readonly<Record<Kind, string | undefined>> {
  const { name } = one.operation
  return {
    success: successOf(name),
    constraints: constraintsOf(one),
    callers: callersOf(one),
    'other pool': foreignMemberOf(one) ?? OF_NO_OTHER_POOL[name],
    secondary: cognitoOperations.has(name) ? placesOf(name) : undefined,
  }
}

function successOf(name: string): string | undefined {
  const folder = ELSEWHERE[name]
  if (folder !== undefined) return mentions(folder, name) ? folder : undefined
  const found = CASES[name]
  if (found === 'reads') return 'it reads'
  return found?.some(({ ends }) => ends === undefined) ? 'its cases' : undefined
}

function mentions(folder: string, name: string): boolean {
  return filesBelow(folder).some((path) => mentionedCommands(textOf(path)).includes(name))
}

/** Each member with a constraint has at least one input that breaks it. */
function constraintsOf({ schema }: Implemented): string | undefined {
  const violations = violationsOf(schema, sampleInput(schema, KNOWN))
  const broken = new Set(violations.map(({ at }) => at.split('.')[0]))
  const isTried = schema.input.members.every(
    ({ constraint, required, messageName }) =>
      (!required && constraint === undefined) || broken.has(messageName),
  )
  return isTried ? `${violations.length} violations` : undefined
}

function callersOf(one: Implemented): string | undefined {
  const { auth } = one.operation
  if (auth === 'iam') return 'nobody, wrong signatures, keys without permission'
  if (/token/.test(auth)) return has(one, 'AccessToken') ? 'every kind of token' : undefined
  if (has(one, 'FeedbackToken')) return 'its case of a token that is not genuine'
  return has(one, 'ClientId') ? 'no such client, and one that proves nothing' : undefined
}

/** What test/api/gate expects of it on an INACTIVE and on an ACTIVE secondary. */
function placesOf(name: string): string {
  if (ACCOUNT.includes(name)) return 'about the account'
  if (ANY_SECONDARY.includes(name)) return 'runs on both'
  return ACTIVE_SECONDARY.includes(name) ? 'runs on an ACTIVE one' : 'refused on both'
}

test('each operation has each kind of case', () => {
  const missing = IMPLEMENTED.flatMap((one) =>
    Object.entries(casesOf(one))
      .filter(([, found]) => found === undefined)
      .map(([kind]) => `${one.operation.name}: ${kind}`),
  )
  assert.deepEqual(missing, [])
  assert.ok(IMPLEMENTED.length > 100, `${IMPLEMENTED.length} operations`)
})

test('exceptions are of operations, and none is for one that has a case', () => {
  const names: readonly string[] = IMPLEMENTED.map(({ operation }) => operation.name)
  const listed = [...Object.keys(ELSEWHERE), ...Object.keys(OF_NO_OTHER_POOL)]
  assert.deepEqual(
    listed.filter((name) => !names.includes(name)),
    [],
  )
})

test('planted: an operation without cases', () => {
  const [signed] = IMPLEMENTED.filter(({ operation }) => operation.name === 'GetUser')
  assert.ok(signed)
  const operation = { ...signed.operation, name: 'PlantedOperation', auth: 'public' as const }
  assert.deepEqual(
    Object.entries(casesOf({ ...signed, operation }))
      .filter(([, found]) => found === undefined)
      .map(([kind]) => kind),
    ['success', 'callers', 'other pool', 'secondary'],
  )
})
