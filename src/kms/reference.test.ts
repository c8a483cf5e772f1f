import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordedName } from './reference.js'

const SCOPE = { region: 'us-west-2', accountId: '123456789012' }
const KEY = 'mrk-0123456789abcdef0123456789abcdef'
const ARN = `arn:aws:kms:us-west-2:123456789012:key/${KEY}`

test('the audit calls a key by its ID, an alias by its name, and others by their ARNs', () => {
  const alias = 'alias/team/mail'
  const same: readonly (readonly [string, string])[] = [
    [KEY, KEY],
    [ARN, KEY],
    [alias, alias],
    [`arn:aws:kms:us-west-2:123456789012:${alias}`, alias],
  ]
  for (const [text, name] of same) assert.equal(recordedName(SCOPE, text), name)
  for (const other of [ARN.replace('us-west-2', 'eu-west-1'), ARN.replace('12:key', '13:key')]) {
    assert.equal(recordedName(SCOPE, other), other)
  }
})

test('the audit keeps nothing of what is no name', () => {
  const long = 'a'.repeat(2000)
  const texts = [
    '',
    'Ada Lovelace',
    long,
    `${KEY}\n`,
    `alias/${long}`,
    'alias/',
    'alias/a b',
    `${ARN}0`,
    ARN.replace('us-west-2', long),
    ARN.replace('123456789012', '1'),
    `arn:aws:kms:us-west-2:123456789012:alias/${long}`,
  ]
  for (const text of texts) assert.equal(recordedName(SCOPE, text), undefined, text.slice(0, 60))
})
