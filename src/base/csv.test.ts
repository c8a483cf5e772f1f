import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvLine } from './csv.js'

test('a line of values quotes what needs it', () => {
  assert.equal(csvLine(['a', 1.5, undefined, '']), 'a,1.5,,')
  assert.equal(csvLine(['a,b', 'say "x"', 'two\nlines']), '"a,b","say ""x""","two\nlines"')
})

test('a text is no formula, a number is one', () => {
  assert.equal(csvLine(['=1+1', '+x', '@x', '-x']), "'=1+1,'+x,'@x,'-x")
  assert.equal(csvLine(['=HYPERLINK("x")']), `"'=HYPERLINK(""x"")"`)
  assert.equal(csvLine([-1, '-1.5']), '-1,-1.5')
})
