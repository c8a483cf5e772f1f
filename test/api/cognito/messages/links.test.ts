// Confirmation by a link: the message, the page of the pool's domain, and what the page refuses.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminGetUserCommand,
  CreateUserPoolDomainCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  attributeList,
  attributesOf,
  hashed,
  invalid,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

const DAY_MS = 24 * 3_600_000
const TEMPLATE = {
  DefaultEmailOption: 'CONFIRM_WITH_LINK',
  EmailMessageByLink: 'Hello {username}: {##Click Here##}',
  EmailSubjectByLink: 'One click, {username}',
} as const

describe('confirmation by a link', () => {
  let api: TestApi
  let domains = 0
  before(async () => {
    api = await startTestApi({ limits: { codesPerHourMax: 50 } })
  })
  after(() => api.stop())

  async function makePlace(client: object = {}): Promise<TestClient> {
    const poolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      VerificationMessageTemplate: TEMPLATE,
    })
    domains += 1
    const Domain = `links-${domains}-${process.pid}`
    await api.cognito.send(new CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain }))
    return api.makeClient(poolId, client)
  }
  const signUp = (client: TestClient, Username: string) =>
    api.cognito.send(
      new SignUpCommand({
        ClientId: client.clientId,
        Username,
        Password: PASSWORD,
        UserAttributes: attributeList({ email: `${Username}@example.com` }),
        ...(client.secret && { SecretHash: hashed(client, Username)['SECRET_HASH'] }),
      }),
    )
  const newest = async ({ poolId }: TestClient, username: string) =>
    required((await api.messages(poolId, username))[0], 'a message')
  const linkTo = async (client: TestClient, username: string) => {
    const { Body } = await newest(client, username)
    const link = /<a href="([^"]+)">Click Here<\/a>/.exec(Body)?.[1]
    return required(link, 'a link').replaceAll('&amp;', '&')
  }
  const open = async (link: string, method = 'GET') => {
    const response = await fetch(link, { method })
    const text = await response.text()
    const title = /<title>([^<]*)<\/title>/.exec(text)?.[1]
    return { status: response.status, title, text, headers: response.headers }
  }
  const stateOf = async ({ poolId: UserPoolId }: TestClient, Username: string) => {
    const user = await api.cognito.send(new AdminGetUserCommand({ UserPoolId, Username }))
    return [user.UserStatus, attributesOf(user.UserAttributes)['email_verified']]
  }
  const changed = (link: string, values: Readonly<Record<string, string>>) => {
    const url = new URL(link)
    for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value)
    return url.toString()
  }

  test('confirms once, in a page without scripts; a used link says so', async () => {
    const client = await makePlace()
    await signUp(client, 'ada')
    const message = await newest(client, 'ada')
    assert.equal(message.Subject, 'One click, ada')
    const link = await linkTo(client, 'ada')
    assert.match(
      link,
      new RegExp(
        `/domain/links-[\\d-]+/confirmUser/\\?client_id=${client.clientId}` +
          '&user_name=ada&confirmation_code=\\d{6}$',
      ),
    )
    assert.equal((await open(link, 'HEAD')).status, 200)
    assert.deepEqual(await stateOf(client, 'ada'), ['UNCONFIRMED', undefined])
    const page = await open(link)
    assert.equal(page.status, 200)
    assert.match(page.text, /Your registration has been confirmed!/)
    assert.match(
      page.headers.get('content-security-policy') ?? '',
      /^default-src 'none'; style-src/,
    )
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
    assert.equal(page.headers.get('cache-control'), 'no-store')
    assert.deepEqual(await stateOf(client, 'ada'), ['CONFIRMED', 'true'])
    const again = await open(link)
    assert.deepEqual([again.status, again.title], [400, 'Confirmed already'])
    await api.signIn(client, 'ada')
  })

  test('a link of a client with a secret needs no proof of the app', async () => {
    const client = await makePlace({ GenerateSecret: true })
    await signUp(client, 'sec')
    assert.equal((await open(await linkTo(client, 'sec'))).status, 200)
    assert.deepEqual(await stateOf(client, 'sec'), ['CONFIRMED', 'true'])
  })

  test('refuses another user, client, pool or code, and a link that is not whole', async () => {
    const client = await makePlace()
    const other = await makePlace()
    await signUp(client, 'bob')
    await signUp(client, 'eve')
    await signUp(other, 'bob')
    const link = await linkTo(client, 'bob')
    const otherDomain = new URL(await linkTo(other, 'bob')).pathname
    const moved = new URL(link)
    moved.pathname = otherDomain
    const wrong = [
      changed(link, { user_name: 'eve' }),
      changed(link, { confirmation_code: '00000' }),
      changed(link, { client_id: other.clientId }),
      changed(link, { client_id: 'nobody' }),
      moved.toString(),
      `${link}&user_name=bob`,
      link.replace(/&confirmation_code=.*/, ''),
      changed(link, { user_name: 'nobody' }),
    ]
    for (const url of wrong) {
      const { status, title } = await open(url)
      assert.deepEqual([status, title], [400, 'Invalid link'], url)
    }
    for (const name of ['bob', 'eve']) {
      assert.deepEqual(await stateOf(client, name), ['UNCONFIRMED', undefined])
    }
    assert.deepEqual(await stateOf(other, 'bob'), ['UNCONFIRMED', undefined])
    assert.equal((await open(link)).status, 200)
  })

  test('guesses at a link are counted as guesses at a code', async () => {
    const client = await makePlace()
    await signUp(client, 'gus')
    const link = await linkTo(client, 'gus')
    for (let n = 0; n < 5; n += 1) await open(changed(link, { confirmation_code: 'wrong' }))
    const { status, title } = await open(link)
    assert.deepEqual([status, title], [429, 'Too many attempts'])
    assert.deepEqual(await stateOf(client, 'gus'), ['UNCONFIRMED', undefined])
  })

  test('a link lasts for a day, and one that was sent again replaces it', async () => {
    const client = await makePlace()
    await signUp(client, 'old')
    const first = await linkTo(client, 'old')
    await api.atLater(DAY_MS + 1000, async () => {
      const { status, title } = await open(first)
      assert.deepEqual([status, title], [400, 'Expired link'])
    })
    const { clientId: ClientId } = client
    await api.cognito.send(new ResendConfirmationCodeCommand({ ClientId, Username: 'old' }))
    assert.equal((await open(first)).title, 'Invalid link')
    assert.equal((await open(await linkTo(client, 'old'))).status, 200)
  })

  test('where users are hidden, a name without a user has the page of a wrong code', async () => {
    const client = await makePlace({ PreventUserExistenceErrors: 'ENABLED' })
    await signUp(client, 'hid')
    const link = await linkTo(client, 'hid')
    const wrong = await open(changed(link, { confirmation_code: '1' }))
    const absent = await open(changed(link, { user_name: 'absent' }))
    assert.deepEqual([absent.status, absent.text], [wrong.status, wrong.text])
    const { clientId: ClientId } = client
    const resend = new ResendConfirmationCodeCommand({ ClientId, Username: 'absent' })
    assert.ok((await api.cognito.send(resend)).CodeDeliveryDetails)
  })

  test('a pool without a domain cannot send links, and nobody is signed up', async () => {
    const poolId = await api.makePool({
      AutoVerifiedAttributes: ['email'],
      VerificationMessageTemplate: TEMPLATE,
    })
    const client = await api.makeClient(poolId)
    const message = 'A message with a link needs a domain of the user pool.'
    await assert.rejects(signUp(client, 'zoe'), invalid(message))
    await api.cognito.send(
      new UpdateUserPoolCommand({ UserPoolId: poolId, AutoVerifiedAttributes: ['email'] }),
    )
    await signUp(client, 'zoe')
    assert.match((await newest(client, 'zoe')).Body, /Your confirmation code is \d{6}/)
  })

  test('templates must have their places', async () => {
    const make = (input: object) => api.makePool(input)
    const invite = (texts: object) =>
      make({ AdminCreateUserConfig: { InviteMessageTemplate: texts } })
    await assert.rejects(
      invite({ EmailMessage: 'Hello {username}' }),
      invalid('EmailMessage of InviteMessageTemplate must have {####}.'),
    )
    await assert.rejects(
      invite({ SMSMessage: 'Your code: {####}' }),
      invalid('SMSMessage of InviteMessageTemplate must have {username}.'),
    )
    await invite({ EmailMessage: '{username} {####}', SMSMessage: '{####} {username}' })
    for (const VerificationMessageTemplate of [
      { EmailMessage: 'no place' },
      { SmsMessage: 'no place' },
      { EmailMessageByLink: 'no link' },
    ]) {
      await assert.rejects(make({ VerificationMessageTemplate }), invalid())
    }
  })
})
