import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type JsonNode, readJsonLines } from './json-lines.js'

function nodeOf(text: string): JsonNode {
  const read = readJsonLines(text)
  assert.ok(read.kind === 'json', JSON.stringify(read))
  return read.node
}

function faultOf(text: string): string {
  const read = readJsonLines(text)
  assert.ok(read.kind === 'fault', text)
  return `${read.fault.line}:${read.fault.column} ${read.fault.message}`
}

describe('JSON with its lines', () => {
  test('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (text, indent) => {
        const value: unknown = JSON.parse(text)
        assert.deepEqual(nodeOf(JSON.stringify(value, undefined, indent)).value, value)
      }),
    )
  })

  test('knows the line of each value', () => {
    const node = nodeOf('{\n  "a": 1,\n  "b": [\n    true,\n    "\\u00e9"\n  ]\n}\n')
    assert.equal(node.line, 1)
    assert.equal(node.members.get('b')?.line, 3)
    assert.deepEqual(
      node.members.get('b')?.items.map(({ line, value }) => [line, value]),
      [
        [4, true],
        [5, 'é'],
      ],
    )
  })

  test('says where a text is no JSON', () => {
    assert.match(faultOf(''), /^1:1 A value is missing/)
    assert.match(faultOf('{\n  "a": 1\n  "b": 2\n}'), /^3:3 A comma or } is missing/)
    assert.match(faultOf('[1,\n]'), /^2:1 A value is missing/)
    assert.match(faultOf('{"a": 1,}'), /^1:9 A name in double quotes/)
    assert.match(faultOf('{"a" 1}'), /^1:6 A colon/)
    assert.match(faultOf("{'a': 1}"), /^1:2 A name/)
    assert.match(faultOf('["a\nb"]'), /^1:2 The string does not end/)
    assert.match(faultOf('["a\tb"]'), /^1:2 The string has a character/)
    assert.match(faultOf('["\\x"]'), /^1:2 The string has a character/)
    assert.match(faultOf('[01]'), /^1:3 A comma or ] is missing/)
    assert.match(faultOf('{} {}'), /^1:4 There is more/)
    assert.match(faultOf('{"a": 1, "a": 2}'), /"a" is given twice/)
    assert.match(faultOf('['.repeat(200)), /too deeply/)
  })
})
