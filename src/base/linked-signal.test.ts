import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { linkedSignal } from './linked-signal.js'

test('a linked signal aborts with any of its sources, or by itself', () => {
  for (const which of [0, 1]) {
    const sources = [new AbortController(), new AbortController()]
    const linked = linkedSignal(...sources.map(({ signal }) => signal))
    assert.equal(linked.signal.aborted, false)
    sources[which]?.abort()
    assert.equal(linked.signal.aborted, true)
  }
  const linked = linkedSignal(new AbortController().signal)
  linked.abort()
  assert.equal(linked.signal.aborted, true)
})

test('one that has aborted already aborts it at once', () => {
  assert.equal(linkedSignal(new AbortController().signal, AbortSignal.abort()).signal.aborted, true)
})

test('nothing is left at the sources after the release, and they abort it no more', () => {
  const source = new AbortController()
  const linked = linkedSignal(source.signal)
  assert.equal(getEventListeners(source.signal, 'abort').length, 1)
  linked.release()
  assert.equal(getEventListeners(source.signal, 'abort').length, 0)
  source.abort()
  assert.equal(linked.signal.aborted, false)
})
