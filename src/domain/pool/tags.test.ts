import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenClientId, tagsProblem } from './tags.js'

test('tags of the usual characters are fine', () => {
  assert.equal(
    tagsProblem({ team: 'a b', 'twinpool:user-pool-id': 'us-west-2_x', k: '' }),
    undefined,
  )
})

test('reserved keys, odd characters and too many tags are not', () => {
  assert.match(tagsProblem({ 'AWS:x': '1' }) ?? '', /aws:/)
  assert.match(tagsProblem({ a: 'b\n' }) ?? '', /characters/)
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, '']))
  assert.match(tagsProblem(many) ?? '', /50/)
})

test('a client name chooses its own ID only', () => {
  const tags = { 'twinpool:client-id:web': 'abc' }
  assert.equal(chosenClientId(tags, 'web'), 'abc')
  assert.equal(chosenClientId(tags, 'webs'), undefined)
  assert.equal(chosenClientId({}, 'constructor'), undefined)
})
