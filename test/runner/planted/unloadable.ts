// Not part of any suite: a file that does not even load.
import assert from 'node:assert/strict'

assert.fail('planted')
