import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hostOf, sdkOf } from './caller.js'

describe('sdkOf', () => {
  it('keeps product and version', () => {
    const cases = {
      'aws-sdk-js/3.883.0 ua/2.1 os/linux lang/js md/nodejs#20.20.2': 'aws-sdk-js/3.883',
      'Boto3/1.34.5 md/Botocore#1.34.5': 'Boto3/1.34',
      'aws-cli/2': 'aws-cli/2',
      'Mozilla/5.0 (X11; Linux x86_64)': 'Mozilla/5.0',
      node: 'other',
      '': 'none',
      '<script>/1.0': 'other',
      [`${'a'.repeat(41)}/1.0`]: 'other',
      'x/123456': 'x/12345',
    }
    for (const [text, kept] of Object.entries(cases)) assert.equal(sdkOf(text, undefined), kept)
  })

  it('takes the word of an SDK in a browser before that of the browser', () => {
    assert.equal(sdkOf('Mozilla/5.0', 'aws-amplify/6.15.1 auth/4 framework/1'), 'aws-amplify/6.15')
    assert.equal(sdkOf(undefined, undefined), 'none')
  })
})

describe('hostOf', () => {
  it('keeps names and addresses with their ports, and nothing else', () => {
    const cases = {
      'LocalHost:4501': 'localhost:4501',
      'cognito-idp.us-west-2.example.com': 'cognito-idp.us-west-2.example.com',
      '[::1]:4501': '[::1]:4501',
      'a b': 'other',
      'host:123456': 'other',
      [`${'a'.repeat(101)}`]: 'other',
      '': 'none',
    }
    for (const [text, kept] of Object.entries(cases)) {
      assert.equal(hostOf(text, undefined), kept)
      assert.equal(hostOf('10.0.0.1:4501', text), text === '' ? '10.0.0.1:4501' : kept)
    }
    assert.equal(hostOf(undefined, undefined), 'none')
  })

  it('is that of the first of several proxies', () => {
    assert.equal(hostOf('10.0.0.1', 'auth.example.com, edge.internal:4500'), 'auth.example.com')
  })
})
