// Rows with settings that this version does not know, as a newer one writes them: they are read,
// they pass through every operation that changes the row, and nothing of them is lost.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddCustomAttributesCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import type postgres from 'postgres'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'

const NEWER = { idleMinutes: 5, rules: [{ of: 'a newer version' }] }

let api: TestApi
let sql: postgres.Sql

before(async () => {
  api = await startTestApi()
  sql = api.openSql()
})
after(() => api.stop())

test('settings of a newer version pass through every change of a pool', async () => {
  const { cognito } = api
  const UserPoolId = await api.makePool()
  const policy = { breachCheck: 'ON', minimumLength: 9 }
  await sql`
    update user_pools set settings = settings || ${sql.json({ newerSetting: NEWER })}
        || jsonb_build_object('passwordPolicy', settings -> 'passwordPolicy' || ${sql.json(policy)})
     where user_pool_id = ${UserPoolId}`
  await sql`
    update regional_settings set settings = settings || ${sql.json({ newerSetting: NEWER })}
     where user_pool_id = ${UserPoolId}`
  const describe = async () =>
    (await cognito.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool
  await waitFor(async () => (await describe())?.Policies?.PasswordPolicy?.MinimumLength === 9, {
    what: 'the row to be read again',
  })
  await cognito.send(new UpdateUserPoolCommand({ UserPoolId, DeletionProtection: 'ACTIVE' }))
  const Policies = { PasswordPolicy: { MinimumLength: 10 } }
  await cognito.send(new UpdateUserPoolCommand({ UserPoolId, Policies }))
  await cognito.send(new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: 'OFF' }))
  const CustomAttributes = [{ Name: 'plan', AttributeDataType: 'String' as const }]
  await cognito.send(new AddCustomAttributesCommand({ UserPoolId, CustomAttributes }))

  const [row] = await sql`
    select p.settings, s.settings as regional from user_pools p
      join regional_settings s using (user_pool_id) where user_pool_id = ${UserPoolId}`
  const { settings, regional } = row ?? {}
  assert.deepEqual(settings.newerSetting, NEWER)
  assert.deepEqual(regional.newerSetting, NEWER)
  assert.equal(settings.passwordPolicy.breachCheck, 'ON')
  assert.equal(settings.passwordPolicy.minimumLength, 10)
  assert.equal(settings.deletionProtection, 'INACTIVE')
  assert.ok((await describe())?.SchemaAttributes?.some(({ Name }) => Name === 'custom:plan'))
})

test('settings of a newer version pass through an update of a client', async () => {
  const { cognito } = api
  const UserPoolId = await api.makePool()
  const { clientId: ClientId } = await api.makeClient(UserPoolId)
  // As an older version wrote it, which did not know the length of sessions.
  await sql`
    update user_pool_clients
       set settings = settings - 'authSessionValidityMinutes'
             || ${sql.json({ newerSetting: NEWER, idTokenValidity: 7 })}
     where user_pool_id = ${UserPoolId} and client_id = ${ClientId}`
  const describe = async () => {
    const command = new DescribeUserPoolClientCommand({ UserPoolId, ClientId })
    return (await cognito.send(command)).UserPoolClient
  }
  await waitFor(async () => (await describe())?.IdTokenValidity === 7, {
    what: 'the row to be read again',
  })
  assert.equal((await describe())?.AuthSessionValidity, 3)
  await cognito.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId }))
  const [row] = await sql`
    select settings from user_pool_clients
     where user_pool_id = ${UserPoolId} and client_id = ${ClientId}`
  assert.deepEqual(row?.['settings'].newerSetting, NEWER)
  assert.equal(row?.['settings'].idTokenValidity, undefined)
})
