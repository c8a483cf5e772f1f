// What is true of every operation, asked of all of them at once: the SDK's list, our files, the
// registry and the tests must name the same operations. Gaps are listed, and the list only shrinks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { ACCESS_TOKEN_OPERATIONS, PUBLIC_OPERATIONS } from '#api/cognito/public-operations.js'
import { implementedOperations } from '#api/cognito/registry.js'
import { namedOperations } from '#domain/replica/gate.js'
import { operationAreas } from '../../scripts/operation-areas.js'
import { operationFiles } from '../../scripts/operation-files.js'
import { filesBelow, textOf } from '../../scripts/tree.js'
import { compareWithAllowedGaps, isKebabOf, mentionedCommands } from './gaps.js'

const sdkOperations = Object.keys(sdk)
  .filter((name) => /^[A-Z]\w*Command$/.test(name))
  .map((name) => name.slice(0, -'Command'.length))
  .sort()

test('the SDK has the operations that the areas name', () => {
  assert.ok(sdkOperations.length >= 140, `saw ${sdkOperations.length} operations`)
  assert.deepEqual([...operationAreas.values()].flat().sort(), sdkOperations)
})

test('lists of operations name operations', () => {
  const lists = [...namedOperations, ...ACCESS_TOKEN_OPERATIONS, ...PUBLIC_OPERATIONS]
  assert.ok(lists.length >= 60)
  assert.deepEqual(
    lists.filter((name) => !sdkOperations.includes(name)),
    [],
  )
})

test('each operation is in the file and folder of its name', () => {
  const files = operationFiles()
  assert.ok(files.length >= 30, `saw ${files.length} operations`)
  const misplaced = files.filter(
    ({ name, area, path }) =>
      !isKebabOf(path, name) || operationAreas.get(area)?.includes(name) !== true,
  )
  assert.deepEqual(misplaced, [])
})

test('the registry holds the operations under their own names', () => {
  const names = operationFiles().map(({ name }) => name)
  assert.deepEqual(Object.keys(implementedOperations).sort(), names.sort())
  for (const [name, operation] of Object.entries(implementedOperations)) {
    assert.equal(operation.name, name)
  }
})

test('each operation says of its caller what the lists say', () => {
  for (const [name, { auth }] of Object.entries(implementedOperations)) {
    const listed = ACCESS_TOKEN_OPERATIONS.has(name)
      ? 'access-token'
      : PUBLIC_OPERATIONS.has(name)
        ? 'public'
        : 'iam'
    assert.equal(auth, listed, name)
  }
})

test('each operation has a test', () => {
  const tests = filesBelow('test').filter((path) => path.endsWith('.test.ts'))
  const tested = new Set(
    tests
      .filter((path) => !path.startsWith('test/coverage/'))
      .flatMap((path) => mentionedCommands(textOf(path))),
  )
  const gaps = Object.keys(implementedOperations).filter((name) => !tested.has(name))
  const allowed = textOf('test/coverage/allowed-gaps.txt')
  assert.deepEqual(compareWithAllowedGaps(gaps, allowed), { missing: [], stale: [] })
})

test('a planted gap is found, and so is a stale allowance', () => {
  const allowed = '# why\nSignUp\nGetUser\n'
  assert.deepEqual(compareWithAllowedGaps(['SignUp', 'GetGroup'], allowed), {
    missing: ['GetGroup'],
    stale: ['GetUser'],
  })
  assert.deepEqual(mentionedCommands('client.send(new SignUpCommand({})) // GetUser'), ['SignUp'])
  assert.equal(isKebabOf('src/api/cognito/users/admin-get-user.ts', 'AdminGetUser'), true)
  assert.equal(isKebabOf('src/api/cognito/imports/get-csv-header.ts', 'GetCSVHeader'), true)
  assert.equal(isKebabOf('src/api/cognito/users/get-user.ts', 'AdminGetUser'), false)
  assert.equal(isKebabOf('src/api/cognito/users/adminGetUser.ts', 'AdminGetUser'), false)
})
