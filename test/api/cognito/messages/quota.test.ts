// The daily quota of the service's own sender, where a Region sets one.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { type MailServer, startMailServer } from '#test/support/mail-server.js'
import {
  attributeList,
  failure,
  invalid,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const HOUR_MS = 3_600_000
const USED_UP = failure(
  'LimitExceededException',
  'Exceeded daily email limit for the operation or the account. If a higher limit is required, ' +
    'please configure your user pool to use your own Amazon SES configuration for sending email.',
)

describe('the quota of the default sender', () => {
  let mail: MailServer
  let api: TestApi
  let names = 0
  before(async () => {
    mail = await startMailServer()
    const smtpUrl = `smtp://127.0.0.1:${mail.port}`
    api = await startTestApi({ messages: { email: 'smtp', smtpUrl, defaultSenderPerDayMax: 2 } })
  })
  after(async () => {
    await api.stop()
    await mail.stop()
  })

  const makePlace = async (EmailConfiguration?: object) => {
    const email = EmailConfiguration === undefined ? {} : { EmailConfiguration }
    return api.makeClient(await api.makePool({ AutoVerifiedAttributes: ['email'], ...email }))
  }
  const signUp = ({ clientId }: TestClient) => {
    names += 1
    const email = `user${names}@example.com`
    return api.cognito.send(
      new SignUpCommand({
        ClientId: clientId,
        Username: `user${names}`,
        Password: PASSWORD,
        UserAttributes: attributeList({ email }),
      }),
    )
  }
  const untilNine = () => {
    const today = new Date()
    const nine = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate(), 9)
    const ahead = nine - today.getTime()
    return ahead > 0 ? ahead : ahead + 24 * HOUR_MS
  }

  test('ends at the number, for each pool, until 09:00 UTC', async () => {
    const one = await makePlace()
    const other = await makePlace()
    await signUp(one)
    await signUp(one)
    await assert.rejects(signUp(one), USED_UP)
    await signUp(other)
    await api.atLater(untilNine() - 60_000, () => assert.rejects(signUp(one), USED_UP))
    await api.atLater(untilNine() + 1000, async () => {
      await signUp(one)
      await signUp(one)
      await assert.rejects(signUp(one), USED_UP)
    })
  })

  test('ends what an administrator sends, too, and resets nothing', async () => {
    const one = await makePlace()
    const { poolId: UserPoolId } = one
    const proven = { email: 'ada@example.com', email_verified: 'true' }
    await api.makeUser(UserPoolId, 'ada', proven)
    const reset = new AdminResetUserPasswordCommand({ UserPoolId, Username: 'ada' })
    await api.cognito.send(reset)
    await api.cognito.send(reset)
    const Permanent = true
    const password = { UserPoolId, Username: 'ada', Password: PASSWORD, Permanent }
    await api.cognito.send(new AdminSetUserPasswordCommand(password))
    await assert.rejects(api.cognito.send(reset), USED_UP)
    await api.signIn(one, 'ada')
  })

  test('does not count what was not taken', async () => {
    const one = await makePlace()
    mail.behave('refuse')
    for (let n = 0; n < 3; n += 1) {
      await assert.rejects(signUp(one), failure('CodeDeliveryFailureException'))
    }
    mail.behave('take')
    await signUp(one)
    await signUp(one)
    await assert.rejects(signUp(one), USED_UP)
  })

  test('is not for a pool with a sender of its own', async () => {
    const SourceArn = 'arn:aws:ses:us-west-2:123456789012:identity/a@example.org'
    const one = await makePlace({ EmailSendingAccount: 'DEVELOPER', SourceArn })
    for (let n = 0; n < 4; n += 1) await signUp(one)
  })

  test('a sender of its own needs an identity of SES', async () => {
    await assert.rejects(
      makePlace({ EmailSendingAccount: 'DEVELOPER' }),
      invalid('SourceArn is required when EmailSendingAccount is DEVELOPER.'),
    )
    const SourceArn = 'arn:aws:sns:us-west-2:123456789012:topic'
    await assert.rejects(
      makePlace({ SourceArn }),
      invalid(`${SourceArn} is not the ARN of an identity of Amazon SES.`),
    )
  })
})
