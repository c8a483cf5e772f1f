import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '#base/json.js'
import { compareRegionalSettings } from './regional-comparison.js'

const WEST = 'us-west-2'
const EAST = 'us-east-1'

const compare = (west: object, east: object) =>
  compareRegionalSettings(
    new Map([
      [WEST, { ...west }],
      [EAST, { ...east }],
    ]),
  )

describe('settings that Regions have of their own', () => {
  test('are equal where only the name of the Region differs, and the order of members', () => {
    const west = { SourceArn: `arn:aws:ses:${WEST}:1:identity/a`, From: 'a@example.com' }
    const east = { From: 'a@example.com', SourceArn: `arn:aws:ses:${EAST}:1:identity/a` }
    assert.deepEqual(compare({ EmailConfiguration: west }, { EmailConfiguration: east }), [
      { setting: 'EmailConfiguration', verdict: 'EQUAL', missingIn: [] },
    ])
  })

  test('differ where something else does', () => {
    const verdicts = compare(
      { Domains: ['a', 'b'], LambdaConfig: { PreSignUp: 'f' } },
      { Domains: ['b', 'a'], LambdaConfig: { PreSignUp: 'g' } },
    )
    assert.deepEqual(
      verdicts.map(({ setting, verdict }) => [setting, verdict]),
      [
        ['LambdaConfig', 'DIFFERS'],
        ['Domains', 'DIFFERS'],
      ],
    )
  })

  test('are missing where only another Region has them, be it absent or empty', () => {
    for (const absent of [{}, { UserPoolTags: {} }, { UserPoolTags: null }]) {
      assert.deepEqual(compare({ UserPoolTags: { team: 'x' } }, absent), [
        { setting: 'UserPoolTags', verdict: 'MISSING', missingIn: [EAST] },
      ])
    }
    const none = { LogConfigurations: [] }
    assert.deepEqual(compare(none, { LogConfigurations: [{ LogLevel: 'INFO' }] }), [
      { setting: 'LogConfigurations', verdict: 'MISSING', missingIn: [WEST] },
    ])
  })

  test('are no verdict where no Region has them, or only one was asked', () => {
    assert.deepEqual(compare({ Domains: [], Else: 1 }, { UserPoolTags: {}, Else: 2 }), [])
    assert.deepEqual(compareRegionalSettings(new Map([[WEST, { Domains: ['a'] }]])), [])
    assert.deepEqual(compareRegionalSettings(new Map()), [])
  })

  test('of three Regions: each that lacks one is named', () => {
    const domain = { Domains: ['a'] }
    const all = new Map<string, JsonObject>([
      [WEST, domain],
      [EAST, {}],
      ['eu-west-1', {}],
    ])
    assert.deepEqual(compareRegionalSettings(all)[0]?.missingIn, [EAST, 'eu-west-1'])
  })
})
