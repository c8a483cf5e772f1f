import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../scripts/tree.js'
import { countsOf, versionsOf } from '../matrix/versions.js'
import { parseAllowedSkips } from './allowed-skips.js'
import { OptionError, parseOptions } from './options.js'
import { parseRecords } from './records.js'
import { recordOf } from './reporter.js'
import { select, suitesOf } from './suites.js'

const PATHS = [
  'src/base/bytes.test.ts',
  'src/base/bytes.ts',
  'test/replication/databases/failover.test.ts',
  'test/support/wait.ts',
  'test/oauth/token.test.ts',
  'test/tidy/size.test.ts',
  'test/oauth/authorize.test.ts',
]

test('suites are folders of tests, in the order of their use', () => {
  const suites = suitesOf(PATHS)
  assert.deepEqual(
    suites.map(({ name }) => name),
    ['unit', 'tidy', 'replication/databases', 'oauth'],
  )
  assert.deepEqual(suites[3]?.files, ['test/oauth/token.test.ts', 'test/oauth/authorize.test.ts'])
  assert.equal(suites[0]?.timeoutMs, 360_000)
  assert.equal(suites[2]?.timeoutMs, 720_000)
})

test('options choose suites, files and shards', () => {
  const names = (args: string[]) =>
    select(suitesOf(PATHS), parseOptions(args)).flatMap(({ files }) => files)
  assert.equal(names([]).length, 5)
  assert.deepEqual(names(['--suite', 'tidy,replication/databases']), [
    'test/tidy/size.test.ts',
    'test/replication/databases/failover.test.ts',
  ])
  assert.deepEqual(names(['--suite', 'replication']), [
    'test/replication/databases/failover.test.ts',
  ])
  assert.deepEqual(names(['--grep', 'auth.*ize']), ['test/oauth/authorize.test.ts'])
  // No path matches: then it is for the names of tests, and every file is loaded.
  assert.equal(names(['--grep', 'revokes a family']).length, 5)
  const halves = [names(['--shard', '1/2']), names(['--shard', '2/2'])]
  assert.deepEqual(
    halves.map((half) => half.length),
    [3, 2],
  )
  assert.equal(new Set(halves.flat()).size, 5)
})

test('options that mean nothing are refused', () => {
  const wrong = [
    ['--suite', 'nowhere'],
    ['--suite', 'replica'],
    ['--shard', '3/2'],
    ['--shard', '0/2'],
    ['--seed', 'x'],
    ['--grep', '('],
    ['--verbose'],
    ['test/a.test.ts'],
  ]
  for (const args of wrong) {
    assert.throws(() => select(suitesOf(PATHS), parseOptions(args)), OptionError, args.join(' '))
  }
})

test('what counts as a test', () => {
  const failure = (failureType: string) => ({ type: 'suite', error: { failureType } })
  const kind = (type: string, data = {}) => recordOf({ type, data: { name: 'x', ...data } })?.kind
  assert.equal(kind('test:pass'), 'passed')
  assert.equal(kind('test:pass', { details: { type: 'suite' } }), undefined)
  assert.equal(kind('test:pass', { skip: true }), 'skipped')
  assert.equal(kind('test:fail', { todo: 'later' }), 'skipped')
  assert.equal(kind('test:pass', { skip: 'test name does not match pattern' }), undefined)
  assert.equal(kind('test:fail'), 'failed')
  assert.equal(kind('test:fail', { details: failure('subtestsFailed') }), undefined)
  assert.equal(kind('test:fail', { details: failure('hookFailed') }), 'failed')
  assert.equal(kind('test:start'), undefined)
})

test('records that were cut off by a dying process are left out', () => {
  const text = '{"kind":"passed","name":"a","file":"b"}\n{"kind":"pas'
  assert.deepEqual(parseRecords(text), [{ kind: 'passed', name: 'a', file: 'b' }])
})

test('comments in the list of allowed skips are no skips', () => {
  assert.deepEqual([...parseAllowedSkips('# why\n\n test/a.test.ts: b \n')], ['test/a.test.ts: b'])
})

test('the matrix has the versions that its lock file pins, each by hash', () => {
  const versions = versionsOf(textOf('test/matrix/packages/package.json'))
  const names = versions.map(({ name }) => name)
  assert.deepEqual(names, ['node-22', 'node-24', 'node-26', 'postgres-16', 'postgres-17'])
  const lock = JSON.parse(textOf('test/matrix/packages/package-lock.json')) as {
    packages: Record<string, { version: string; integrity: string } | undefined>
  }
  for (const { name, major } of versions) {
    const locked = lock.packages[`node_modules/${name}`]
    assert.match(locked?.integrity ?? '', /^sha512-/, name)
    assert.equal(locked?.version.split('.')[0], major)
  }
})

test('a run without a sum is a failure', () => {
  assert.deepEqual(countsOf('a: 1 passed, 0 failed\n7 passed, 2 failed\n'), {
    passed: 7,
    failed: 2,
  })
  assert.deepEqual(countsOf('7 passed, 2 failed\nsomething else\n'), { passed: 0, failed: 1 })
  assert.deepEqual(countsOf(''), { passed: 0, failed: 1 })
})
