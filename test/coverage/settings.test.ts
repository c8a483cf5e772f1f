// Every setting that the SDK knows of pools, app clients and domains has a decision: in effect,
// stored, or refused. A setting that a new version of the SDK brings fails here until it has one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decisionFor,
  requireImplemented,
  type SettingOwner,
  settingDecisions,
} from '#api/cognito/settings.js'
import { ApiError } from '#api/protocol/errors.js'
import { cognitoOperations } from '#contract/cognito.js'
import type { StructShape } from '#contract/schema.js'
import { clientTable } from '#domain/client/settings.js'
import { globalTable, regionalTable } from '#domain/pool/settings.js'
import type { SettingTable } from '#domain/settings/table.js'

/** The operations that change settings of a table. */
function changing(table: SettingTable): readonly string[] {
  return [...new Set(Object.values(table).flatMap(({ changedBy }) => Object.keys(changedBy)))]
}

const OPERATIONS: Readonly<Record<SettingOwner, readonly string[]>> = {
  pool: ['CreateUserPool', ...changing({ ...globalTable, ...regionalTable })],
  client: ['CreateUserPoolClient', ...changing(clientTable)],
  domain: ['CreateUserPoolDomain', 'UpdateUserPoolDomain'],
}
const OWNERS = Object.keys(OPERATIONS) as SettingOwner[]
/** Members that say which pool or client is meant. */
const IDENTIFIERS = ['UserPoolId', 'ClientId']

function pathsOf(shape: StructShape, prefix = ''): string[] {
  return shape.members.flatMap(({ name, shape: part }) => {
    const path = prefix + name
    if (part.kind === 'struct') return pathsOf(part, `${path}.`)
    if (part.kind === 'list' && part.item.kind === 'struct') return pathsOf(part.item, `${path}.`)
    return [path]
  })
}

function settingsOf(owner: SettingOwner): readonly string[] {
  const paths = OPERATIONS[owner].flatMap((name) => {
    const contract = cognitoOperations.get(name)
    assert.ok(contract, name)
    return pathsOf(contract.input)
  })
  return [...new Set(paths)].filter((path) => !IDENTIFIERS.includes(path))
}

test('every setting of the SDK has a decision', () => {
  let seen = 0
  for (const owner of OWNERS) {
    const settings = settingsOf(owner)
    seen += settings.length
    assert.deepEqual(
      settings.filter((path) => decisionFor(owner, path) === undefined),
      [],
      `settings of a ${owner} without a decision`,
    )
  }
  assert.ok(seen >= 130, `saw ${seen} settings`)
})

test('every decision is for a setting of the SDK', () => {
  for (const owner of OWNERS) {
    const settings = settingsOf(owner)
    const stale = settingDecisions(owner)
      .map(([path]) => path)
      .filter((path) => !settings.some((one) => one === path || one.startsWith(`${path}.`)))
    assert.deepEqual(stale, [], `decisions for settings of a ${owner} that do not exist`)
  }
})

test('operations of settings are those that change a row', () => {
  assert.deepEqual(changing(globalTable), [
    'UpdateUserPool',
    'SetUserPoolMfaConfig',
    'SetUserPoolSessionConfiguration',
    'SetRiskConfiguration',
  ])
})

test('a setting without a decision is found, and a part is decided with its whole', () => {
  assert.equal(decisionFor('pool', 'Policies.Planted'), undefined)
  assert.equal(decisionFor('pool', 'Policies.PasswordPolicy.Planted')?.kind, 'in-effect')
  assert.equal(decisionFor('domain', 'Routing.Failover.SecondaryRegion')?.kind, 'refused')
})

test('everything that could deny a sign-in is in effect or refused', () => {
  const triggers = settingsOf('pool').filter((path) => path.startsWith('LambdaConfig.'))
  assert.ok(triggers.length >= 13, `saw ${triggers.length} triggers`)
  for (const path of [...triggers, 'MfaConfiguration', 'UserPoolAddOns.AdvancedSecurityMode']) {
    assert.notEqual(decisionFor('pool', path)?.kind, 'stored', path)
  }
})

test('each refused setting is refused by itself, and named', () => {
  let seen = 0
  for (const owner of OWNERS) {
    for (const [path, decision] of settingDecisions(owner)) {
      if (decision.kind !== 'refused') continue
      for (const value of decision.values ?? ['planted']) {
        const input = path
          .split('.')
          .reduceRight<unknown>((part, step) => ({ [step]: part }), ['allowed', value]) as object
        assert.throws(
          () => requireImplemented(owner, input),
          (error) =>
            error instanceof ApiError &&
            error.code === 'NotImplementedException' &&
            error.message.startsWith(path),
          path,
        )
        seen += 1
      }
    }
    requireImplemented(owner, {})
  }
  requireImplemented('pool', {
    LambdaConfig: {},
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } },
    UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
  })
  assert.ok(seen >= 5, `saw ${seen} refused settings`)
})
