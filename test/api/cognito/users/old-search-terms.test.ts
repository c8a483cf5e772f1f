// Users whose search terms are of an earlier version get those of this one from the leader.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider'
import type postgres from 'postgres'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import { waitFor } from '#test/support/wait.js'

let api: TestApi
let sql: postgres.Sql

before(async () => {
  api = await startTestApi()
  sql = api.openSql()
})
after(() => api.stop())

test('the leader renews old terms, and changes nothing else of the users', async () => {
  const UserPoolId = await api.makePool()
  await api.makeUser(UserPoolId, 'ada', { name: 'Ada' })
  await api.makeUser(UserPoolId, 'alan', { name: 'Alan' })
  const find = async (Filter: string) =>
    (await api.cognito.send(new ListUsersCommand({ UserPoolId, Filter }))).Users ?? []
  const [found] = await find('name = "ADA"')
  assert.equal(found?.Username, 'ada')
  const rows = () => sql`
    select sub, version, modified_at, profile_sealed from users
     where user_pool_id = ${UserPoolId} order by sub`
  const before = await rows()

  await sql`update users set search_terms = '{1}' where user_pool_id = ${UserPoolId}`
  assert.deepEqual(await find('name = "ada"'), [])
  // A leader begins with all of its work; losing its connection makes it begin anew.
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'twinpool-leader' and datname = current_database()`
  await waitFor(async () => (await find('name = "ada"')).length === 1, {
    timeoutMs: 20_000,
    what: 'the terms to be renewed',
  })
  await waitFor(async () => (await find('name = "aLAN"')).length === 1, {
    timeoutMs: 20_000,
    what: 'the terms of the other user to be renewed',
  })
  assert.deepEqual(await rows(), before)
})
