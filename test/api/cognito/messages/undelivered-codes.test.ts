// Codes that cannot be sent by operations that declare no error for it: what the caller is told,
// and that nothing has begun. SDKs repeat calls that end in an internal error, so it is none.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminRespondToAuthChallengeCommand,
  AdminUpdateUserAttributesCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { type MailServer, startMailServer } from '#test/support/mail-server.js'
import {
  attributeList,
  attributesOf,
  failure,
  invalid,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const UNDELIVERED = invalid('Invalid email provided/Unable to send the email')
const USED_UP = failure(
  'TooManyRequestsException',
  'Exceeded daily email limit for the operation or the account. If a higher limit is required, ' +
    'please configure your user pool to use your own Amazon SES configuration for sending email.',
)
const PER_DAY_MAX = 3
const CHOICE = 'USER_AUTH' as const

describe('codes that cannot be sent', () => {
  let mail: MailServer
  let api: TestApi
  let own: TestClient
  let common: TestClient
  before(async () => {
    mail = await startMailServer()
    const smtpUrl = `smtp://127.0.0.1:${mail.port}`
    const limits = { codesPerHourMax: 100 }
    api = await startTestApi({
      limits,
      messages: { email: 'smtp', smtpUrl, defaultSenderPerDayMax: PER_DAY_MAX },
    })
    const SourceArn = 'arn:aws:ses:us-west-2:123456789012:identity/a@example.org'
    own = await makePlace({ EmailConfiguration: { EmailSendingAccount: 'DEVELOPER', SourceArn } })
    common = await makePlace({})
  })
  after(async () => {
    await api.stop()
    await mail.stop()
  })
  afterEach(() => mail.behave('take'))

  async function makePlace(more: object): Promise<TestClient> {
    const poolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      ...more,
    })
    return api.makeClient(poolId, {
      ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
    })
  }
  const makeUser = ({ poolId }: TestClient, name: string) =>
    api.makeUser(poolId, name, { email: `${name}@example.com`, email_verified: 'true' })
  const byCode = ({ clientId }: TestClient, USERNAME: string) =>
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: CHOICE,
      AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'EMAIL_OTP' },
    })

  test('as the first factor of a sign-in', async () => {
    const { poolId: UserPoolId, clientId: ClientId } = own
    await makeUser(own, 'ann')
    const USERNAME = 'ann'
    const AuthParameters = { USERNAME }
    const begun = { ClientId, AuthFlow: CHOICE, AuthParameters }
    const { Session } = await api.cognito.send(new InitiateAuthCommand(begun))
    const byHand = { UserPoolId, ...begun }
    const onServer = await api.cognito.send(new AdminInitiateAuthCommand(byHand))
    mail.behave('refuse')
    await assert.rejects(api.cognito.send(byCode(own, 'ann')), UNDELIVERED)
    const preferred = { ...AuthParameters, PREFERRED_CHALLENGE: 'EMAIL_OTP' }
    const direct = new AdminInitiateAuthCommand({ ...byHand, AuthParameters: preferred })
    await assert.rejects(api.cognito.send(direct), UNDELIVERED)
    const chosen = {
      ClientId,
      ChallengeName: 'SELECT_CHALLENGE' as const,
      ChallengeResponses: { USERNAME, ANSWER: 'EMAIL_OTP' },
    }
    const choose = new RespondToAuthChallengeCommand({ ...chosen, Session })
    await assert.rejects(api.cognito.send(choose), UNDELIVERED)
    const served = { UserPoolId, ...chosen, Session: onServer.Session }
    const chooseByServer = new AdminRespondToAuthChallengeCommand(served)
    await assert.rejects(api.cognito.send(chooseByServer), UNDELIVERED)
    mail.behave('take')
    assert.equal((await api.cognito.send(byCode(own, 'ann'))).ChallengeName, 'EMAIL_OTP')
  })

  test('for a name without a user neither, while they fail for all', async () => {
    await makeUser(own, 'bob')
    // Not every name without a user is offered a code. For one that is, it may fail now and then,
    // as it lately did for users.
    const isOffered = async (name: string) => {
      const sent = api.cognito.send(byCode(own, name))
      const [outcome] = await Promise.allSettled([sent])
      if (outcome.status === 'fulfilled') return outcome.value.ChallengeName === 'EMAIL_OTP'
      await assert.rejects(sent, UNDELIVERED)
      return true
    }
    let nobody = 'nobody'
    while (!(await isOffered(nobody))) nobody = `${nobody}-1`
    mail.behave('refuse')
    // So many that no success is remembered.
    for (let n = 0; n < 16; n += 1) {
      await assert.rejects(api.cognito.send(byCode(own, 'bob')), UNDELIVERED)
    }
    await assert.rejects(api.cognito.send(byCode(own, nobody)), UNDELIVERED)
  })

  test('for what an administrator does to a user', async () => {
    const user = { UserPoolId: own.poolId, Username: 'carl' }
    await makeUser(own, 'carl')
    mail.behave('refuse')
    await assert.rejects(api.cognito.send(new AdminResetUserPasswordCommand(user)), UNDELIVERED)
    const UserAttributes = attributeList({ email: 'new@example.com' })
    const update = new AdminUpdateUserAttributesCommand({ ...user, UserAttributes })
    await assert.rejects(api.cognito.send(update), UNDELIVERED)
    const left = await api.cognito.send(new AdminGetUserCommand(user))
    assert.equal(left.UserStatus, 'CONFIRMED')
    assert.equal(attributesOf(left.UserAttributes)['email'], 'carl@example.com')
  })

  test('when the day’s are used up', async () => {
    await makeUser(common, 'dora')
    for (let n = 0; n < PER_DAY_MAX; n += 1) await api.cognito.send(byCode(common, 'dora'))
    await assert.rejects(api.cognito.send(byCode(common, 'dora')), USED_UP)
  })
})
