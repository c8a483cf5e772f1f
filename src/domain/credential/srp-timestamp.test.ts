import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSrpTimestamp, parseSrpTimestamp } from './srp-timestamp.js'

test('a timestamp reads as its moment', () => {
  const moment = Date.UTC(2017, 8, 6, 9, 5, 1)
  assert.equal(parseSrpTimestamp('Wed Sep 6 09:05:01 UTC 2017'), moment)
  assert.equal(formatSrpTimestamp(moment), 'Wed Sep 6 09:05:01 UTC 2017')
})

test('a day of two digits and the last second of a year', () => {
  const moment = Date.UTC(2028, 11, 31, 23, 59, 59)
  assert.equal(formatSrpTimestamp(moment), 'Sun Dec 31 23:59:59 UTC 2028')
  assert.equal(parseSrpTimestamp('Sun Dec 31 23:59:59 UTC 2028'), moment)
})

test('every day of a leap year reads back', () => {
  for (let day = 0; day < 366; day += 1) {
    const moment = Date.UTC(2028, 0, 1 + day, day % 24, day % 60, 59)
    assert.equal(parseSrpTimestamp(formatSrpTimestamp(moment)), moment)
  }
})

test('other forms are refused', () => {
  const wrong = [
    '',
    'Wed Sep 06 09:05:01 UTC 2017',
    'Thu Sep 6 09:05:01 UTC 2017',
    'wed Sep 6 09:05:01 UTC 2017',
    'Wed Sept 6 09:05:01 UTC 2017',
    'Wed Xyz 6 09:05:01 UTC 2017',
    'Wed Sep 6 9:05:01 UTC 2017',
    'Wed Sep 6 24:05:01 UTC 2017',
    'Wed Sep 6 09:60:01 UTC 2017',
    'Wed Sep 6 09:05:01 GMT 2017',
    'Wed Sep 6 09:05:01 UTC 17',
    'Sun Feb 30 09:05:01 UTC 2017',
    'Wed Sep  6 09:05:01 UTC 2017',
    ' Wed Sep 6 09:05:01 UTC 2017',
    'Wed Sep 6 09:05:01 UTC 2017\n',
    '2017-09-06T09:05:01Z',
  ]
  for (const text of wrong) assert.equal(parseSrpTimestamp(text), undefined, text)
})
