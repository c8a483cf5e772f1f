import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConditionValueMap, originValues, readCondition } from './conditions.js'
import { PolicyProblem } from './policy-problem.js'

const KEY = 'kms:ViaService'

type Given = string | readonly string[]

/** Whether the condition holds where `KEY` has these values. */
function holds(condition: object, given: Given = []): boolean {
  const values = new ConditionValueMap()
  for (const value of [given].flat()) values.add(KEY, value)
  return readCondition(condition, { hasTags: true })(values)
}

/** An operator with a value that it matches and one that it does not. */
const OPERATORS: readonly (readonly [name: string, wanted: unknown, yes: string, no: string])[] = [
  ['StringEquals', 'a', 'a', 'A'],
  ['StringEquals', ['b', 'a'], 'a', 'c'],
  ['StringEqualsIgnoreCase', 'A', 'a', 'b'],
  ['StringLike', 'a?c*', 'abcd', 'acd'],
  ['ArnEquals', 'arn:aws:iam::*:user/x', 'arn:aws:iam::1:user/x', 'arn:aws:iam::1:user/y'],
  ['ArnLike', 'arn:aws:iam::*:user/x', 'arn:aws:iam::1:user/x', 'arn:aws:iam:us:1:1:user/x'],
  ['Bool', true, 'true', 'false'],
  ['Bool', 'FALSE', 'false', 'true'],
  ['NumericEquals', '10', '10.0', '9'],
  ['NumericLessThan', '10', '9', '10'],
  ['NumericLessThanEquals', 10, '10', '11'],
  ['NumericGreaterThan', '10', '11', '10'],
  ['NumericGreaterThanEquals', 10, '10', '9'],
]

const NEGATED: readonly (readonly [name: string, wanted: unknown, yes: string, no: string])[] = [
  ['StringNotEquals', ['b', 'a'], 'c', 'a'],
  ['StringNotEqualsIgnoreCase', 'A', 'b', 'a'],
  ['StringNotLike', 'a*', 'ba', 'abc'],
  ['ArnNotEquals', 'arn:aws:iam::*:user/x', 'arn:aws:iam::1:user/y', 'arn:aws:iam::1:user/x'],
  ['ArnNotLike', 'arn:aws:iam::1:user/*', 'arn:aws:iam::2:user/x', 'arn:aws:iam::1:user/x'],
  ['NumericNotEquals', '10', '9', '10'],
]

describe('conditions', () => {
  test('each operator, with a value that matches, with one that does not and with none', () => {
    for (const [name, wanted, yes, no] of OPERATORS) {
      const condition = { [name]: { [KEY]: wanted } }
      assert.equal(holds(condition, yes), true, `${name} ${yes}`)
      assert.equal(holds(condition, no), false, `${name} ${no}`)
      assert.equal(holds(condition), false, `${name}, absent`)
    }
    for (const [name, wanted, yes, no] of NEGATED) {
      const condition = { [name]: { [KEY]: wanted } }
      assert.equal(holds(condition, yes), true, `${name} ${yes}`)
      assert.equal(holds(condition, no), false, `${name} ${no}`)
      assert.equal(holds(condition), true, `${name}, absent`)
    }
  })

  test('IfExists holds for an absent key and changes nothing for one that is there', () => {
    for (const [name, wanted, yes, no] of [...OPERATORS, ...NEGATED]) {
      const condition = { [`${name}IfExists`]: { [KEY]: wanted } }
      assert.equal(holds(condition, yes), true, `${name}IfExists ${yes}`)
      assert.equal(holds(condition, no), false, `${name}IfExists ${no}`)
      assert.equal(holds(condition), true, `${name}IfExists, absent`)
    }
  })

  test('Null asks whether the key is there', () => {
    assert.equal(holds({ Null: { [KEY]: 'true' } }), true)
    assert.equal(holds({ Null: { [KEY]: true } }, 'a'), false)
    assert.equal(holds({ Null: { [KEY]: false } }), false)
    assert.equal(holds({ Null: { [KEY]: 'false' } }, 'a'), true)
  })

  test('conditions on sets of values', () => {
    const cases: readonly (readonly [string, Given, boolean])[] = [
      ['ForAllValues:StringEquals', ['a'], true],
      ['ForAllValues:StringEquals', ['a', 'c'], false],
      ['ForAllValues:StringEquals', [], true],
      ['ForAllValues:StringNotEquals', ['c', 'd'], true],
      ['ForAllValues:StringNotEquals', ['a', 'c'], false],
      ['ForAllValues:StringNotEquals', [], true],
      ['ForAnyValue:StringEquals', ['a', 'c'], true],
      ['ForAnyValue:StringEquals', ['c'], false],
      ['ForAnyValue:StringEquals', [], false],
      ['ForAnyValue:StringNotEquals', ['a', 'c'], true],
      ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
      ['ForAnyValue:StringNotEquals', [], false],
      ['ForAnyValue:StringEqualsIfExists', [], true],
      ['ForAnyValue:StringEqualsIfExists', ['c'], false],
    ]
    for (const [operator, given, expected] of cases) {
      const condition = { [operator]: { [KEY]: ['a', 'b'] } }
      assert.equal(holds(condition, given), expected, `${operator} on [${given}]`)
    }
  })

  test('all operators and all keys must hold', () => {
    const both = { StringEquals: { [KEY]: 'ab' }, StringLike: { [KEY]: 'a*' } }
    assert.equal(holds(both, 'ab'), true)
    assert.equal(holds(both, 'ac'), false)
    assert.equal(holds({ StringEquals: { [KEY]: 'ab', 'aws:SourceIp': '::1' } }, 'ab'), false)
  })

  test('keys are compared without regard to case', () => {
    assert.equal(holds({ StringEquals: { 'KMS:viaservice': 'a' } }, 'a'), true)
  })

  test('what every request has is known, and a service is no caller', () => {
    const origin = { region: 'us-west-2', accountId: '1', principalArn: 'arn:x', sourceIp: '::1' }
    const is = (key: string, value: string, given = origin) =>
      readCondition({ StringEquals: { [key]: value } }, { hasTags: false })(originValues(given))
    assert.equal(is('aws:RequestedRegion', 'us-west-2'), true)
    assert.equal(is('aws:RequestedRegion', 'us-east-1'), false)
    assert.equal(is('aws:PrincipalAccount', '1'), true)
    assert.equal(is('aws:PrincipalArn', 'arn:x'), true)
    assert.equal(is('aws:SourceIp', '::1'), true)
    assert.equal(is('aws:PrincipalIsAWSService', 'false'), true)
    const service = originValues({ ...origin, principalArn: undefined, sourceIp: undefined })
    assert.deepEqual(service.get('aws:principalisawsservice'), ['true'])
    assert.equal(service.has('aws:principalarn') || service.has('aws:sourceip'), false)
  })

  test('what cannot be evaluated is refused', () => {
    const refused: readonly (readonly [unknown, string])[] = [
      [{}, 'Condition must not be empty.'],
      [[], 'Condition must be a JSON object.'],
      [{ StringEquals: {} }, 'StringEquals must not be empty.'],
      [{ StringEquals: 'a' }, 'StringEquals must be a JSON object.'],
      [{ DateLessThan: { [KEY]: 'x' } }, 'The condition operator DateLessThan is not supported.'],
      [{ IfExists: { [KEY]: 'x' } }, 'The condition operator IfExists is not supported.'],
      [{ toString: { [KEY]: 'x' } }, 'The condition operator toString is not supported.'],
      [{ 'ForSome:Bool': { [KEY]: 'x' } }, 'The condition operator ForSome:Bool is not supported.'],
      [{ Null: { [KEY]: 'maybe' } }, 'Null of kms:viaservice must be true or false.'],
      [{ NumericEquals: { [KEY]: 'x' } }, `NumericEquals of ${KEY} needs numbers.`],
      [{ StringEquals: { [KEY]: [] } }, `${KEY} has no values.`],
      [
        { StringEquals: { [KEY]: [null] } },
        `The values of ${KEY} must be text, numbers or booleans.`,
      ],
      [
        { StringLike: { [KEY]: `\${aws:username}` } },
        `Policy variables are not supported, in the value of ${KEY}.`,
      ],
      [
        { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
        'The condition key aws:PrincipalOrgID is not supported.',
      ],
    ]
    for (const [condition, message] of refused) {
      const isRight = (error: unknown) =>
        error instanceof PolicyProblem && error.message === message
      assert.throws(() => readCondition(condition, { hasTags: true }), isRight, message)
    }
  })

  test('tags are known where they have been read, and refused elsewhere', () => {
    for (const key of ['aws:ResourceTag/team', 'aws:RequestTag/team', 'aws:TagKeys']) {
      const condition = { StringEquals: { [key]: 'a' } }
      const values = new ConditionValueMap()
      values.add(key, 'a')
      assert.equal(readCondition(condition, { hasTags: true })(values), true)
      assert.throws(() => readCondition(condition, { hasTags: false }), {
        name: 'PolicyProblem',
        message: `The condition key ${key} is not supported.`,
      })
    }
  })
})
