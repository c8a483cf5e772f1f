import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseSigningKey, PUBLISHED_BEFORE_SIGNING_MS } from './signing-key-choice.js'

const DAY = 86_400_000
const NOW = 100 * DAY
const key = (kid: string, tokenUse: 'id' | 'access' | undefined, ageMs: number) => ({
  kid,
  tokenUse,
  createdAtMs: NOW - ageMs,
})
const chosen = (keys: readonly ReturnType<typeof key>[]) =>
  (['id', 'access'] as const).map((use) => chooseSigningKey(keys, use, NOW)?.kid)

test('each use has its key, from the moment the pool is made', () => {
  for (const ageMs of [0, DAY]) {
    assert.deepEqual(chosen([key('i', 'id', ageMs), key('a', 'access', ageMs)]), ['i', 'a'])
    assert.deepEqual(chosen([key('a', 'access', ageMs), key('i', 'id', ageMs)]), ['i', 'a'])
  }
})

test('a pool with one key signs both with it', () => {
  assert.deepEqual(chosen([key('old', undefined, DAY)]), ['old', 'old'])
})

test('a key that was added signs when verifiers have had the time to fetch it', () => {
  const old = key('old', undefined, DAY)
  const late = PUBLISHED_BEFORE_SIGNING_MS
  assert.deepEqual(chosen([key('new', 'id', 0), old]), ['old', 'old'])
  assert.deepEqual(chosen([key('new', 'id', late - 1), old]), ['old', 'old'])
  assert.deepEqual(chosen([key('new', 'id', late), old]), ['new', 'old'])
})

test('of several published keys the newest signs', () => {
  const keys = [key('newest', 'id', 2 * DAY), key('older', 'id', 3 * DAY), key('a', 'access', DAY)]
  assert.deepEqual(chosen(keys), ['newest', 'a'])
})

test('there is no key for a use that none is for', () => {
  assert.deepEqual(chosen([key('a', 'access', DAY)]), [undefined, 'a'])
  assert.deepEqual(chosen([]), [undefined, undefined])
})
