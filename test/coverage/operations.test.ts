// What is true of every operation, asked of all of them at once: the SDK's list, our files, the
// registry and the tests must name the same operations. Gaps are listed, and the list only shrinks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { implementedOperations } from '#api/cognito/registry.js'
import { userPoolsOperations } from '#api/cognito/service.js'
import { unimplementedOperations } from '#api/cognito/unimplemented.js'
import { cognitoOperations } from '#contract/cognito.js'
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

test('each operation is implemented, or stands among those that are not yet', () => {
  const names = [...Object.keys(implementedOperations), ...Object.keys(unimplementedOperations)]
  assert.deepEqual(names.sort(), sdkOperations)
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

test('what the SDK signs needs a signature here, and nothing else does', async () => {
  const client = new sdk.CognitoIdentityProviderClient({ region: 'us-west-2' })
  const { httpAuthSchemeProvider } = client.config
  const differing = Object.values(userPoolsOperations).filter(({ name, auth }) => {
    const [scheme] = httpAuthSchemeProvider({ operation: name, region: 'us-west-2' })
    return (auth === 'iam') !== (scheme?.schemeId === 'aws.auth#sigv4')
  })
  // The SDK has no rule for the newest of the operations that app clients call.
  assert.deepEqual(
    differing.map(({ name }) => name),
    ['GetClientToken'],
  )
})

test('what takes an access token is authorised by it', () => {
  const membersOf = (name: string) =>
    new Set(cognitoOperations.get(name)?.input.members.map((member) => member.name))
  for (const { name, auth } of Object.values(userPoolsOperations)) {
    const members = membersOf(name)
    assert.equal(/token/.test(auth), members.has('AccessToken'), name)
    if (auth === 'token-or-session') assert.ok(members.has('Session'), name)
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
