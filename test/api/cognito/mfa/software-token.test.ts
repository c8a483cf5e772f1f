// Authenticator apps: set up by a token and in the middle of a sign-in, asked for at sign-in, and
// each code of theirs good once.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminDeleteSoftwareTokenCommand,
  AdminGetUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminUserGlobalSignOutCommand,
  AssociateSoftwareTokenCommand,
  GetUserAuthFactorsCommand,
  GetUserCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'
import { begin, type MfaPlace, makeMfaPool, respond, setUpApp } from './people.js'

const MISMATCH = { name: 'CodeMismatchException', message: 'Invalid code received for user' }
const ENABLE_MISMATCH = {
  name: 'EnableSoftwareTokenMFAException',
  message: 'Code mismatch and fail enable Software Token MFA',
}
const INVALID_SESSION = {
  name: 'NotAuthorizedException',
  message: 'Invalid session for the user.',
}
const NOT_OFFERED = {
  name: 'SoftwareTokenMFANotFoundException',
  message: 'Software Token MFA has not been enabled by the userPool',
}

describe('authenticator apps', () => {
  let api: TestApi
  let optional: MfaPlace
  let on: MfaPlace
  let names = 0
  before(async () => {
    api = await startTestApi()
    optional = await makeMfaPool(api, 'OPTIONAL')
    on = await makeMfaPool(api, 'ON')
  })
  after(() => api.stop())

  const newName = () => {
    names += 1
    return `person-${names}`
  }

  async function person({ poolId, app }: MfaPlace) {
    const name = newName()
    await api.makeUser(poolId, name)
    const { access } = await api.signIn(app, name)
    return { name, access }
  }

  const code = (
    { app }: MfaPlace,
    name: string,
    { session, code: SOFTWARE_TOKEN_MFA_CODE }: { session: string | undefined; code: string },
  ) =>
    respond(api, app, {
      name: 'SOFTWARE_TOKEN_MFA',
      session,
      responses: { USERNAME: name, SOFTWARE_TOKEN_MFA_CODE },
    })

  test('a user sets an app up, and signs in with its codes', async () => {
    const { name, access } = await person(optional)
    const secret = await setUpApp(api, access)
    assert.match(secret, /^[A-Z2-7]{52}$/)
    const challenge = await begin(api, optional.app, name)
    assert.equal(challenge.ChallengeName, 'SOFTWARE_TOKEN_MFA')
    assert.deepEqual(challenge.ChallengeParameters, {
      FRIENDLY_DEVICE_NAME: 'phone',
      USER_ID_FOR_SRP: name,
      USERNAME: name,
    })
    assert.equal(challenge.AuthenticationResult, undefined)
    const given = { session: challenge.Session, code: totpCode(secret) }
    const { AuthenticationResult } = await code(optional, name, given)
    const { AccessToken } = required(AuthenticationResult, 'tokens')
    const user = await api.cognito.send(new GetUserCommand({ AccessToken }))
    assert.equal(user.PreferredMfaSetting, 'SOFTWARE_TOKEN_MFA')
    assert.deepEqual(user.UserMFASettingList, ['SOFTWARE_TOKEN_MFA'])
    const factors = await api.cognito.send(new GetUserAuthFactorsCommand({ AccessToken }))
    assert.deepEqual(factors.ConfiguredUserAuthFactors, ['PASSWORD', 'SOFTWARE_TOKEN'])

    // The same response again is a code that was used, whatever session it comes in.
    await assert.rejects(code(optional, name, given), {
      name: 'ExpiredCodeException',
      message: 'Your software token has already been used once.',
    })
    const { Session } = await begin(api, optional.app, name)
    await assert.rejects(code(optional, name, { ...given, session: Session }), {
      name: 'ExpiredCodeException',
    })
    // Nor is an earlier code any good after a later one.
    const next = { session: Session, code: totpCode(secret, 1) }
    assert.ok((await code(optional, name, next)).AuthenticationResult)
    const last = await begin(api, optional.app, name)
    const earlier = { session: last.Session, code: totpCode(secret) }
    await assert.rejects(code(optional, name, earlier), { name: 'ExpiredCodeException' })
  })

  test('codes of a new app are its own, whatever was used of the one before', async () => {
    const { name, access } = await person(optional)
    const signIn = async (given: string) => {
      const { Session } = await begin(api, optional.app, name)
      return (await code(optional, name, { session: Session, code: given })).AuthenticationResult
    }
    const first = await setUpApp(api, access)
    const later = totpCode(first, 1)
    assert.ok(await signIn(later))
    const second = await setUpApp(api, access)
    // The one of now is of a step before the one that the first app has used.
    const [now, next] = [totpCode(second), totpCode(second, 1)]
    assert.ok(await signIn(now))
    await assert.rejects(signIn(now), { name: 'ExpiredCodeException' })
    await assert.rejects(signIn(later), MISMATCH)
    assert.ok(await signIn(next))
  })

  test('one code that comes twenty times at once is taken once', async () => {
    const { name, access } = await person(optional)
    const secret = await setUpApp(api, access)
    const sessions = await Promise.all(
      Array.from({ length: 20 }, () => begin(api, optional.app, name)),
    )
    const current = totpCode(secret)
    const results = await Promise.allSettled(
      sessions.map(({ Session }) => code(optional, name, { session: Session, code: current })),
    )
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  test('wrong codes lock, and a right password does not unlock', async () => {
    const { name, access } = await person(optional)
    const secret = await setUpApp(api, access)
    let { Session } = await begin(api, optional.app, name)
    for (let guess = 0; guess < 5; guess += 1) {
      const wrong = { session: Session, code: '000000' }
      await assert.rejects(code(optional, name, wrong), MISMATCH)
    }
    // The session has had its attempts, and the user is locked.
    await assert.rejects(code(optional, name, { session: Session, code: totpCode(secret) }), {
      name: 'NotAuthorizedException',
    })
    await assert.rejects(begin(api, optional.app, name), {
      name: 'NotAuthorizedException',
      message: 'Password attempts exceeded',
    })
    await api.atLater(20_000, async () => {
      // The password is right and a code still to come: the failures stay.
      ;({ Session } = await begin(api, optional.app, name))
      const wrong = { session: Session, code: '000000' }
      await assert.rejects(code(optional, name, wrong), MISMATCH)
      await assert.rejects(begin(api, optional.app, name), {
        message: 'Password attempts exceeded',
      })
    })
  })

  test('a session is for its user, its app client and its challenge', async () => {
    const first = await person(optional)
    const second = await person(optional)
    const secret = await setUpApp(api, first.access)
    const other = await setUpApp(api, second.access)
    const { Session } = await begin(api, optional.app, first.name)
    const right = { session: Session, code: totpCode(secret) }
    await assert.rejects(code(optional, second.name, right), INVALID_SESSION)
    await assert.rejects(code(optional, first.name, { ...right, code: totpCode(other) }), MISMATCH)
    const stranger = { poolId: optional.poolId, app: await api.makeClient(optional.poolId) }
    await assert.rejects(code(stranger, first.name, right), INVALID_SESSION)
    await assert.rejects(code(on, first.name, right), INVALID_SESSION)
    await assert.rejects(
      respond(api, optional.app, {
        name: 'SMS_MFA',
        session: Session,
        responses: { USERNAME: first.name, SMS_MFA_CODE: right.code },
      }),
      INVALID_SESSION,
    )
    await assert.rejects(code(optional, first.name, { ...right, session: 'x'.repeat(40) }), {
      message: 'Invalid session for the user.',
    })
    await api.atLater(4 * 60_000, () =>
      assert.rejects(code(optional, first.name, right), {
        name: 'NotAuthorizedException',
        message: 'Invalid session for the user, session is expired.',
      }),
    )
  })

  test('a pool that requires a factor has it set up at the first sign-in', async () => {
    const name = newName()
    await api.makeUser(on.poolId, name)
    const challenge = await begin(api, on.app, name)
    assert.equal(challenge.ChallengeName, 'MFA_SETUP')
    assert.equal(
      challenge.ChallengeParameters?.['MFAS_CAN_SETUP'],
      '["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]',
    )
    // Nothing is set up yet.
    const finish = (session: string | undefined) =>
      respond(api, on.app, { name: 'MFA_SETUP', session, responses: { USERNAME: name } })
    await assert.rejects(finish(challenge.Session), {
      name: 'InvalidParameterException',
      message: 'MFA is not set up yet.',
    })
    const associated = await api.cognito.send(
      new AssociateSoftwareTokenCommand({ Session: challenge.Session }),
    )
    const secret = required(associated.SecretCode, 'secret')
    await assert.rejects(finish(associated.Session), { message: 'MFA is not set up yet.' })
    const verify = (UserCode: string) =>
      api.cognito.send(new VerifySoftwareTokenCommand({ Session: associated.Session, UserCode }))
    await assert.rejects(verify('000000'), ENABLE_MISMATCH)
    const verified = await verify(totpCode(secret, -1))
    assert.equal(verified.Status, 'SUCCESS')
    // A secret that is in use is not set up once more by the sessions from before.
    await assert.rejects(verify(totpCode(secret)), INVALID_SESSION)
    const { AuthenticationResult, ChallengeParameters } = await finish(verified.Session)
    assert.ok(AuthenticationResult?.AccessToken)
    assert.deepEqual(ChallengeParameters, {})
    await assert.rejects(finish(verified.Session), {
      ...INVALID_SESSION,
      message: 'Invalid session for the user, session can only be used once.',
    })
    const { ChallengeName } = await begin(api, on.app, name)
    assert.equal(ChallengeName, 'SOFTWARE_TOKEN_MFA')
  })

  test('a second sign-in that sets up an app does not replace the first one', async () => {
    const name = newName()
    await api.makeUser(on.poolId, name)
    const sessions = await Promise.all([begin(api, on.app, name), begin(api, on.app, name)])
    const apps = await Promise.all(
      sessions.map(({ Session }) =>
        api.cognito.send(new AssociateSoftwareTokenCommand({ Session })),
      ),
    )
    const results = await Promise.allSettled(
      apps.map(({ Session, SecretCode = '' }) =>
        api.cognito.send(
          new VerifySoftwareTokenCommand({ Session, UserCode: totpCode(SecretCode) }),
        ),
      ),
    )
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  test('an app that was shown is asked for, whether or not it is preferred', async () => {
    const { name, access } = await person(optional)
    const associate = new AssociateSoftwareTokenCommand({ AccessToken: access })
    const { SecretCode = '' } = await api.cognito.send(associate)
    assert.ok((await begin(api, optional.app, name)).AuthenticationResult)
    const UserCode = totpCode(SecretCode)
    await api.cognito.send(new VerifySoftwareTokenCommand({ AccessToken: access, UserCode }))
    assert.equal((await begin(api, optional.app, name)).ChallengeName, 'SOFTWARE_TOKEN_MFA')
    const user = await api.cognito.send(
      new AdminGetUserCommand({ UserPoolId: optional.poolId, Username: name }),
    )
    assert.deepEqual(user.UserMFASettingList, ['SOFTWARE_TOKEN_MFA'])
    assert.equal(user.PreferredMfaSetting, undefined)
  })

  test('where a factor is required, an app that is off gives way to a new one', async () => {
    const { poolId, app } = await makeMfaPool(api, 'OPTIONAL')
    const name = newName()
    await api.makeUser(poolId, name)
    const old = await setUpApp(api, (await api.signIn(app, name)).access)
    await api.cognito.send(
      new AdminSetUserMFAPreferenceCommand({
        UserPoolId: poolId,
        Username: name,
        SoftwareTokenMfaSettings: { Enabled: false },
      }),
    )
    await api.cognito.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: poolId,
        MfaConfiguration: 'ON',
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    )
    const { ChallengeName, Session: first } = await begin(api, app, name)
    assert.equal(ChallengeName, 'MFA_SETUP')
    const { SecretCode = '', Session } = await api.cognito.send(
      new AssociateSoftwareTokenCommand({ Session: first }),
    )
    assert.notEqual(SecretCode, old)
    const verified = await api.cognito.send(
      new VerifySoftwareTokenCommand({ Session, UserCode: totpCode(SecretCode) }),
    )
    const done = await respond(api, app, {
      name: 'MFA_SETUP',
      session: verified.Session,
      responses: { USERNAME: name },
    })
    assert.ok(done.AuthenticationResult)
    assert.equal((await begin(api, app, name)).ChallengeName, 'SOFTWARE_TOKEN_MFA')
  })

  test('an app must be offered, associated and shown', async () => {
    const poolId = await api.makePool()
    const app = await api.makeClient(poolId)
    await api.makeUser(poolId, 'alone')
    const { access } = await api.signIn(app, 'alone')
    const associate = (AccessToken: string) =>
      api.cognito.send(new AssociateSoftwareTokenCommand({ AccessToken }))
    await assert.rejects(associate(access), NOT_OFFERED)
    await assert.rejects(associate('x'), { name: 'NotAuthorizedException' })
    const { access: token } = await person(optional)
    const verify = (UserCode: string) =>
      api.cognito.send(new VerifySoftwareTokenCommand({ AccessToken: token, UserCode }))
    await assert.rejects(verify('123456'), NOT_OFFERED)
    const prefer = () =>
      api.cognito.send(
        new SetUserMFAPreferenceCommand({
          AccessToken: token,
          SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
        }),
      )
    const noApp = {
      name: 'InvalidParameterException',
      message: 'User has not set up software token mfa',
    }
    await assert.rejects(prefer(), noApp)
    const { SecretCode = '' } = await associate(token)
    await assert.rejects(prefer(), noApp)
    await assert.rejects(verify('000000'), ENABLE_MISMATCH)
    await verify(totpCode(SecretCode))
    await assert.rejects(verify(totpCode(SecretCode)), NOT_OFFERED)
    await prefer()
  })

  test('an app that an administrator takes away asks for nothing any more', async () => {
    const { name, access } = await person(optional)
    await setUpApp(api, access)
    const named = { UserPoolId: optional.poolId, Username: name }
    assert.equal((await begin(api, optional.app, name)).ChallengeName, 'SOFTWARE_TOKEN_MFA')
    await api.cognito.send(new AdminDeleteSoftwareTokenCommand(named))
    const { PreferredMfaSetting } = await api.cognito.send(new AdminGetUserCommand(named))
    assert.equal(PreferredMfaSetting, undefined)
    assert.ok((await begin(api, optional.app, name)).AuthenticationResult)
    await assert.rejects(
      api.cognito.send(new AdminDeleteSoftwareTokenCommand({ ...named, Username: 'nobody' })),
      { name: 'UserNotFoundException', message: 'User does not exist.' },
    )
    await api.cognito.send(new AdminUserGlobalSignOutCommand(named))
  })

  test('a pool that turns apps off keeps asking those who have one', async () => {
    const place = await makeMfaPool(api, 'OPTIONAL')
    const { name, access } = await person(place)
    const secret = await setUpApp(api, access)
    await api.cognito.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: place.poolId,
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: false },
        SmsMfaConfiguration: {},
      }),
    )
    const { ChallengeName, Session } = await begin(api, place.app, name)
    assert.equal(ChallengeName, 'SOFTWARE_TOKEN_MFA')
    const given = { session: Session, code: totpCode(secret) }
    assert.ok((await code(place, name, given)).AuthenticationResult)
    await api.cognito.send(
      new SetUserPoolMfaConfigCommand({ UserPoolId: place.poolId, MfaConfiguration: 'OFF' }),
    )
    assert.ok((await begin(api, place.app, name)).AuthenticationResult)
  })
})
