// Which triggers the creation of users calls, with what, and what their responses and refusals do.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { AdminSetUserPasswordCommand } from '@aws-sdk/client-cognito-identity-provider'
import { TriggerError } from '#ports/triggers.js'
import { attributeList, failure, PASSWORD } from '#test/support/test-api.js'
import {
  ABSENT,
  OTHER_PASSWORD,
  refusing,
  startTriggerStage,
  type TriggerStage,
  UNREADABLE,
  userOf,
} from './trigger-stage.js'

const ValidationData = attributeList({ invitation: '42' })
const AS_ASKED = { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false }

describe('triggers of new users', () => {
  let on: TriggerStage
  before(async () => {
    on = await startTriggerStage()
  })
  after(() => on.stop())
  afterEach(() => on.reset())

  test('a sign-up: before the user is there, then the message', async () => {
    const { UserSub } = await on.signUp('alice', { ValidationData })
    const sources = ['PreSignUp_SignUp', 'CustomMessage_SignUp']
    const [asked, message] = on.takeCalls('SignUp', sources, on.app)
    assert.deepEqual(asked?.['validationData'], { invitation: '42' })
    for (const event of [asked, message]) {
      const { sub, username, status, attributes } = userOf(event)
      assert.deepEqual(
        { sub, username, status },
        {
          sub: UserSub,
          username: 'alice',
          status: 'UNCONFIRMED',
        },
      )
      assert.equal(attributes['email'], 'alice@example.com')
    }
    await on.signUp('bella', { UserAttributes: [] })
    const [plain] = on.takeCalls('SignUp', ['PreSignUp_SignUp'], on.app)
    assert.equal(plain?.['validationData'], undefined)
    await assert.rejects(
      on.signUp('carla', { Password: 'short' }),
      failure('InvalidPasswordException'),
    )
    on.takeCalls('SignUp', [], on.app)
  })

  test('a sign-up that the customer’s code confirms and verifies', async () => {
    on.recording.instead = {
      preSignUp: async () => ({ ...AS_ASKED, autoConfirmUser: true, autoVerifyEmail: true }),
    }
    const { UserConfirmed, CodeDeliveryDetails } = await on.signUp('dora')
    assert.deepEqual([UserConfirmed, CodeDeliveryDetails], [true, undefined])
    const sources = ['PreSignUp_SignUp', 'PostConfirmation_ConfirmSignUp']
    const [, confirmed] = on.takeCalls('SignUp', sources, on.app)
    assert.equal(userOf(confirmed).status, 'CONFIRMED')
    assert.equal(userOf(confirmed).attributes['email_verified'], 'true')
    const { status, attributes } = await on.find('dora')
    assert.deepEqual([status, attributes['email_verified']], ['CONFIRMED', 'true'])
    assert.deepEqual(await on.messages('dora'), [])
    assert.ok((await on.api.signIn(on.app, 'dora')).access)
  })

  test('a sign-up that it only confirms, or only verifies', async () => {
    on.recording.instead = { preSignUp: () => ({ ...AS_ASKED, autoConfirmUser: true }) }
    await on.signUp('edith')
    assert.equal((await on.find('edith')).attributes['email_verified'], undefined)
    on.recording.instead = { preSignUp: () => ({ ...AS_ASKED, autoVerifyEmail: true }) }
    assert.equal((await on.signUp('flora')).UserConfirmed, false)
    const { status, attributes } = await on.find('flora')
    assert.deepEqual([status, attributes['email_verified']], ['UNCONFIRMED', 'true'])
    on.recording.instead = {}
    await on.confirm('flora', await on.code('flora'))
  })

  test('an address that it verifies is taken over, and no other name', async () => {
    const email = 'shared@example.com'
    const first = { email, email_verified: 'true', preferred_username: 'star' }
    await on.api.makeUser(on.aliased.poolId, 'first', first)
    on.recording.instead = { preSignUp: () => ({ ...AS_ASKED, autoVerifyEmail: true }) }
    const thief = { UserAttributes: attributeList({ email, preferred_username: 'star' }) }
    await assert.rejects(on.signUp('thief', thief, on.aliased), failure('UsernameExistsException'))
    assert.equal((await on.find('first', on.aliased)).attributes['email_verified'], 'true')
    await on.signUp('second', { UserAttributes: attributeList({ email }) }, on.aliased)
    assert.equal((await on.find('first', on.aliased)).attributes['email_verified'], 'false')
    assert.equal((await on.find(email, on.aliased)).attributes['email_verified'], 'true')
  })

  test('a sign-up that is refused leaves nothing', async () => {
    for (const point of ['preSignUp', 'customMessage'] as const) {
      const { instead, error } = refusing(point)
      on.recording.instead = instead
      await assert.rejects(on.signUp('gerda'), error)
      await assert.rejects(on.find('gerda'), ABSENT)
      assert.deepEqual(await on.messages('gerda'), [])
    }
    on.recording.instead = { preSignUp: () => ({ ...AS_ASKED, autoVerifyPhone: true }) }
    await assert.rejects(on.signUp('gerda'), UNREADABLE)
    on.recording.instead = {
      preSignUp() {
        throw new TriggerError('PreSignUp', 'not-invoked', 'timeout')
      },
    }
    const text = 'PreSignUp invocation failed due to error timeout.'
    await assert.rejects(on.signUp('gerda'), failure('UnexpectedLambdaException', text))
    await assert.rejects(on.find('gerda'), ABSENT)
  })

  test('an invitation: before the user is there, then the message', async () => {
    on.recording.instead = { preSignUp: () => ({ ...AS_ASKED, autoConfirmUser: true }) }
    await on.invite('hanna', { ValidationData })
    const sources = ['PreSignUp_AdminCreateUser', 'CustomMessage_AdminCreateUser']
    const [asked] = on.takeCalls('AdminCreateUser', sources)
    assert.deepEqual(asked?.['validationData'], { invitation: '42' })
    assert.equal(userOf(asked).status, 'FORCE_CHANGE_PASSWORD')
    // The response is for sign-ups only.
    assert.equal((await on.find('hanna')).status, 'FORCE_CHANGE_PASSWORD')
    await on.invite('hanna', { MessageAction: 'RESEND' })
    on.takeCalls('AdminCreateUser', ['CustomMessage_AdminCreateUser'])
    await on.invite('ida', { MessageAction: 'SUPPRESS' })
    on.takeCalls('AdminCreateUser', ['PreSignUp_AdminCreateUser'])
    // By SMS, for which there is no number.
    await on.invite('jana', { DesiredDeliveryMediums: [] })
    on.takeCalls('AdminCreateUser', ['PreSignUp_AdminCreateUser'])
  })

  test('an invitation that is refused leaves nothing', async () => {
    for (const point of ['preSignUp', 'customMessage'] as const) {
      const { instead, error } = refusing(point)
      on.recording.instead = instead
      await assert.rejects(on.invite('karla'), error)
      await assert.rejects(on.find('karla'), ABSENT)
    }
    on.recording.instead = { customMessage: () => ({ emailMessage: 'The password is {####}' }) }
    await assert.rejects(on.invite('karla'), UNREADABLE)
    await assert.rejects(on.find('karla'), ABSENT)
    on.recording.instead = {}
    await on.invite('karla', { TemporaryPassword: PASSWORD })
    on.recording.instead = refusing('customMessage').instead
    const again = { MessageAction: 'RESEND', TemporaryPassword: OTHER_PASSWORD } as const
    await assert.rejects(on.invite('karla', again), failure('UserLambdaValidationException'))
    // The temporary password of before is still the one.
    on.recording.instead = {}
    await assert.rejects(
      on.api.signIn(on.app, 'karla', OTHER_PASSWORD),
      failure('NotAuthorizedException'),
    )
  })

  test('a user who chooses a password meanwhile is not invited again', async () => {
    await on.invite('laura')
    on.recording.instead = {
      async customMessage() {
        await on.api.cognito.send(
          new AdminSetUserPasswordCommand({
            UserPoolId: on.app.poolId,
            Username: 'laura',
            Password: PASSWORD,
            Permanent: true,
          }),
        )
        return undefined
      },
    }
    const refused = failure('UnsupportedUserStateException')
    await assert.rejects(on.invite('laura', { MessageAction: 'RESEND' }), refused)
    assert.ok((await on.api.signIn(on.app, 'laura')).access)
    assert.equal((await on.messages('laura')).length, 1)
  })
})
