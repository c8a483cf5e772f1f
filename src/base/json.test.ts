import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  JsonReader,
  numberMember,
  objectMember,
  objectsMember,
  orderedJson,
  textMember,
  textsMember,
} from './json.js'

const given = {
  text: 'a',
  number: 7,
  object: { a: 1 },
  none: null,
  mixed: ['a', 7, null, { b: 2 }],
}

test('members of another kind, and of no object at all, are undefined', () => {
  const readers = { text: textMember, number: numberMember, object: objectMember }
  for (const [kind, read] of Object.entries(readers)) {
    for (const [name, value] of Object.entries(given)) {
      assert.deepEqual(read(given, name), name === kind ? value : undefined, `${kind} of ${name}`)
    }
    assert.equal(read(undefined, kind), undefined)
  }
  assert.equal(objectMember({ a: [] }, 'a'), undefined)
})

test('lists keep the entries of the kind that is asked for', () => {
  assert.deepEqual(textsMember(given, 'mixed'), ['a'])
  assert.deepEqual(objectsMember(given, 'mixed'), [{ b: 2 }])
  assert.deepEqual([textsMember(given, 'text'), objectsMember(undefined, 'mixed')], [[], []])
})

test('equal values have one text, in whichever order their members are', () => {
  const text = '{"a":[{"b":1,"c":2}],"d":null}'
  assert.equal(orderedJson({ d: null, a: [{ c: 2, b: 1 }] }), text)
  assert.equal(orderedJson({ a: [{ b: 1, c: 2 }], d: null }), text)
  assert.notEqual(orderedJson({ a: [2, 1] }), orderedJson({ a: [1, 2] }))
})

test('a reader gives what has its form, and refuses all else by name', () => {
  const read = new JsonReader((what) => new RangeError(`${what} was expected`))
  const refuses = (call: () => unknown, what: string) =>
    assert.throws(call, { name: 'RangeError', message: `${what} was expected` })
  const texts = { ...given, mixed: ['a', 'b'], numbers: [1, 2] }
  assert.equal(read.object(texts), texts)
  assert.equal(read.text(texts, 'text'), 'a')
  assert.deepEqual(read.texts(texts, 'mixed'), ['a', 'b'])
  assert.deepEqual(read.numbers(texts, 'numbers'), [1, 2])
  assert.equal(read.number(texts, 'number'), 7)
  assert.equal(read.optionalNumber(texts, 'none'), undefined)
  assert.equal(read.optionalNumber(texts, 'absent'), undefined)
  assert.equal(read.optionalNumber(texts, 'number'), 7)
  for (const value of [null, undefined, [], 'a', 7]) refuses(() => read.object(value), 'an object')
  refuses(() => read.text(given, 'number'), 'number')
  refuses(() => read.text(given, 'absent'), 'absent')
  refuses(() => read.texts(given, 'mixed'), 'mixed')
  refuses(() => read.numbers(given, 'mixed'), 'mixed')
  refuses(() => read.number(given, 'text'), 'text')
  refuses(() => read.optionalNumber(given, 'text'), 'text')
  refuses(() => read.list('ab', 'a list'), 'a list')
  refuses(() => read.list([1, 2], 'at most 1', 1), 'at most 1')
})
