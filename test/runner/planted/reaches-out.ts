// Not part of any suite: a test that leaves the machine. The address is of a documentation range.
import { connect } from 'node:net'
import { test } from 'node:test'

test('connects to another machine', async () => {
  await new Promise((resolve, reject) => {
    connect(80, '192.0.2.1').once('connect', resolve).once('error', reject)
  })
})
