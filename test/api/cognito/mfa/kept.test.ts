// A user's factors stay through every other change of the user, nodes of earlier versions included,
// and what they cost a sign-in is counted.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminAddUserToGroupCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  ChangePasswordCommand,
  CreateGroupCommand,
  UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { watchStatements } from '#test/support/statements.js'
import { PASSWORD, startTestApi, type TestApi } from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'
import { begin, type MfaPlace, makeMfaPool, respond, setUpApp } from './people.js'

const CHALLENGED = 'SOFTWARE_TOKEN_MFA'

describe('the factors of a user', () => {
  let api: TestApi
  let place: MfaPlace
  before(async () => {
    // Timers would add statements of their own.
    api = await startTestApi({ beatMs: 60_000 })
    place = await makeMfaPool(api, 'OPTIONAL')
  })
  after(() => api.stop())

  async function person(name: string) {
    const sub = await api.makeUser(place.poolId, name)
    const { access } = await api.signIn(place.app, name)
    return { sub, access, secret: await setUpApp(api, access) }
  }
  const challengeOf = async (name: string) => (await begin(api, place.app, name)).ChallengeName
  const byApp = async (name: string, code: string) => {
    const { Session, ChallengeName } = await begin(api, place.app, name)
    const responses = { USERNAME: name, SOFTWARE_TOKEN_MFA_CODE: code }
    return respond(api, place.app, { name: ChallengeName, session: Session, responses })
  }

  test('they stay through changes of attributes, password, state and groups', async () => {
    const { access: AccessToken, secret } = await person('ada')
    const user = { UserPoolId: place.poolId, Username: 'ada' }
    const name = [{ Name: 'name', Value: 'Ada' }]
    const GroupName = 'mathematicians'
    const { cognito } = api
    await cognito.send(new CreateGroupCommand({ UserPoolId: place.poolId, GroupName }))
    const next = 'Another-horse-8-stable'
    for (const change of [
      () => cognito.send(new AdminUpdateUserAttributesCommand({ ...user, UserAttributes: name })),
      () => cognito.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: name })),
      () => cognito.send(new AdminDisableUserCommand(user)),
      () => cognito.send(new AdminEnableUserCommand(user)),
      () => cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName })),
      () =>
        cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: next, Permanent: true })),
      () =>
        cognito.send(
          new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
        ),
    ]) {
      await change()
    }
    assert.equal(await challengeOf('ada'), CHALLENGED)
    const { AuthenticationResult } = await byApp('ada', totpCode(secret))
    const again = AuthenticationResult?.AccessToken
    await cognito.send(
      new ChangePasswordCommand({
        AccessToken: again,
        PreviousPassword: PASSWORD,
        ProposedPassword: `${PASSWORD}!`,
      }),
    )
    await cognito.send(
      new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }),
    )
    assert.equal(await challengeOf('ada'), CHALLENGED)
  })

  test('a node of an earlier version, which does not know them, leaves them', async () => {
    const { sub, secret } = await person('eve')
    const sql = api.openSql()
    // What such a node writes: every column of the user that it knows.
    await sql`
      update users set status = status, is_enabled = is_enabled, profile_sealed = profile_sealed,
             credential_sealed = credential_sealed, version = version + 1, modified_at = now()
       where user_pool_id = ${place.poolId} and sub = ${sub}`
    assert.ok((await byApp('eve', totpCode(secret))).AuthenticationResult)
  })

  test('the factors are sealed, and belong to their user', async () => {
    const { sub, secret } = await person('kim')
    const { sub: other } = await person('lee')
    const sql = api.openSql()
    const [row] = await sql<{ factors: Uint8Array }[]>`
      select factors_sealed as factors from users where sub = ${sub}`
    assert.equal(Buffer.from(row?.factors ?? []).includes(secret), false)
    // An envelope of another user does not open, and the sign-in fails closed.
    await sql`
      update users set factors_sealed = (select factors_sealed from users where sub = ${sub})
       where sub = ${other}`
    await assert.rejects(begin(api, place.app, 'lee'), { name: 'InternalErrorException' })
  })

  test('a sign-in with an app takes three statements', async () => {
    const { secret } = await person('sue')
    let fewest = Number.POSITIVE_INFINITY
    for (const code of [totpCode(secret), totpCode(secret, 1)]) {
      const watch = watchStatements()
      assert.ok((await byApp('sue', code)).AuthenticationResult)
      watch.stop()
      fewest = Math.min(fewest, watch.statements)
    }
    // The user; the attempt at the session, with the user; the use of the code.
    assert.equal(fewest, 3)
  })

  test('and a password alone takes one, as without any', async () => {
    await api.makeUser(place.poolId, 'tom')
    await api.signIn(place.app, 'tom')
    const watch = watchStatements()
    await api.signIn(place.app, 'tom')
    watch.stop()
    assert.equal(watch.statements, 1)
  })
})
