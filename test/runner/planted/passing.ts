// Not part of any suite: runner.test.ts runs it to see what the runner makes of it.
import { test } from 'node:test'

test('passes', () => {})
