// By which names users sign in: aliases, addresses in place of user names, and case.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  attributeList,
  attributesOf,
  claimsOf,
  failure,
  invalid,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'

describe('names', () => {
  let api: TestApi
  before(async () => {
    api = await startTestApi()
  })
  after(() => api.stop())

  const signUp = (
    client: TestClient,
    Username: string,
    attributes: Readonly<Record<string, string>> = {},
  ) =>
    api.cognito.send(
      new SignUpCommand({
        ClientId: client.clientId,
        Username,
        Password: PASSWORD,
        UserAttributes: attributeList(attributes),
      }),
    )
  const confirm = async (client: TestClient, Username: string, more = {}) =>
    api.cognito.send(
      new ConfirmSignUpCommand({
        ClientId: client.clientId,
        Username,
        ConfirmationCode: await api.code(client.poolId, Username),
        ...more,
      }),
    )
  const find = (UserPoolId: string, Username: string) =>
    api.cognito.send(new AdminGetUserCommand({ UserPoolId, Username }))
  const create = (
    UserPoolId: string,
    Username: string,
    more: Partial<AdminCreateUserCommandInput>,
  ) =>
    api.cognito.send(
      new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS', ...more }),
    )

  test('a verified address and a preferred name are aliases', async () => {
    const poolId = await api.makePool({
      AliasAttributes: ['email', 'preferred_username'],
      AutoVerifiedAttributes: ['email'],
    })
    const app = await api.makeClient(poolId)
    await signUp(app, 'anna', { email: 'anna@example.com', preferred_username: 'queen' })
    await assert.rejects(find(poolId, 'anna@example.com'), failure('UserNotFoundException'))
    await confirm(app, 'anna')
    for (const name of ['anna', 'anna@example.com', 'queen']) {
      const { id } = await api.signIn(app, name)
      assert.equal(claimsOf(id)['cognito:username'], 'anna', name)
    }
    const shadow = signUp(app, 'a@example.com')
    const why = 'Username cannot be of email format, since user pool is configured for email alias.'
    await assert.rejects(shadow, invalid(why))
  })

  test('a taken alias is refused at confirmation, or taken over by force', async () => {
    const poolId = await api.makePool({
      AliasAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
    })
    const app = await api.makeClient(poolId)
    const email = 'shared@example.com'
    for (const name of ['first', 'second']) await signUp(app, name, { email })
    await confirm(app, 'first')
    const exists = failure('AliasExistsException', 'An account with the email already exists.')
    await assert.rejects(confirm(app, 'second'), exists)
    assert.equal((await find(poolId, email)).Username, 'first')
    await signUp(app, 'third', { email })
    await confirm(app, 'third', { ForceAliasCreation: true })
    assert.equal((await find(poolId, email)).Username, 'third')
    // The one who lost the alias goes on as a user whose address is unproven.
    assert.equal(
      attributesOf((await find(poolId, 'first')).UserAttributes)['email_verified'],
      'false',
    )
    const rename = new AdminUpdateUserAttributesCommand({
      UserPoolId: poolId,
      Username: 'first',
      UserAttributes: attributeList({ name: 'First' }),
    })
    await api.cognito.send(rename)
    await api.signIn(app, 'first')
    const attributes = attributeList({ email, email_verified: 'true' })
    await assert.rejects(
      create(poolId, 'fourth', { UserAttributes: attributes }),
      failure('UsernameExistsException', 'An account with the email already exists.'),
    )
    await create(poolId, 'fourth', { UserAttributes: attributes, ForceAliasCreation: true })
    assert.equal((await find(poolId, email)).Username, 'fourth')
    assert.equal(
      attributesOf((await find(poolId, 'third')).UserAttributes)['email_verified'],
      'false',
    )
  })

  test('an address in place of a user name', async () => {
    const poolId = await api.makePool({
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
    })
    const app = await api.makeClient(poolId)
    const { UserSub } = await signUp(app, 'Dana@Example.com')
    const sub = required(UserSub, 'sub')
    const user = await find(poolId, 'dana@example.com')
    assert.equal(user.Username, sub)
    assert.equal(attributesOf(user.UserAttributes)['email'], 'dana@example.com')
    const taken = (attribute: string) =>
      failure('UsernameExistsException', `An account with the given ${attribute} already exists.`)
    await assert.rejects(signUp(app, 'dana@example.com'), taken('email'))
    await assert.rejects(signUp(app, 'dana'), invalid('Username should be an email.'))
    await confirm(app, sub)
    for (const name of ['dana@example.com', 'DANA@example.com', sub]) {
      assert.equal(claimsOf((await api.signIn(app, name)).access)['username'], sub)
    }
    const mine = { UserAttributes: attributeList({ email: 'dana@example.com' }) }
    // Nobody's own name is ever taken over.
    const forced = create(poolId, 'dana@example.com', { ...mine, ForceAliasCreation: true })
    await assert.rejects(forced, taken('email'))
    assert.equal((await find(poolId, 'dana@example.com')).Username, sub)
    const byPhone = await api.makePool({ UsernameAttributes: ['phone_number'] })
    const phoneApp = await api.makeClient(byPhone)
    await signUp(phoneApp, '+12065550100')
    await assert.rejects(signUp(phoneApp, '+12065550100'), taken('phone_number'))
  })

  test('a made-up challenge looks as one of the same pool does', async () => {
    const alias = await api.makePool({ AliasAttributes: ['email'] })
    const plain = await api.makePool()
    const address = await api.makePool({ UsernameAttributes: ['email'] })
    const name = async (poolId: string, USERNAME: string) => {
      const hiding = { PreventUserExistenceErrors: 'ENABLED' } as const
      const client = await api.makeClient(poolId, hiding)
      const { ChallengeParameters } = await api.cognito.send(
        new InitiateAuthCommand({
          ClientId: client.clientId,
          AuthFlow: 'USER_SRP_AUTH',
          AuthParameters: { USERNAME, SRP_A: 'abcdef' },
        }),
      )
      return required(ChallengeParameters?.['USER_ID_FOR_SRP'], 'user ID')
    }
    const uuid = '11111111-2222-4333-8444-555555555555'
    assert.equal(await name(plain, 'ghost'), 'ghost')
    assert.equal(await name(plain, 'ghost@example.com'), 'ghost@example.com')
    assert.equal(await name(alias, 'ghost'), 'ghost')
    assert.match(await name(alias, 'ghost@example.com'), /^[0-9a-f-]{36}$/)
    assert.match(await name(address, 'ghost@example.com'), /^[0-9a-f-]{36}$/)
    assert.equal(await name(address, uuid), uuid)
  })

  test('case counts unless the pool says otherwise', async () => {
    const strict = await api.makePool()
    const folding = await api.makePool({ UsernameConfiguration: { CaseSensitive: false } })
    const [one, two] = [await api.makeClient(strict), await api.makeClient(folding)]
    for (const name of ['Eve', 'eve']) await signUp(one, name)
    assert.equal((await find(strict, 'Eve')).Username, 'Eve')
    await signUp(two, 'Eve')
    await assert.rejects(signUp(two, 'EVE'), failure('UsernameExistsException'))
    await api.cognito.send(new AdminConfirmSignUpCommand({ UserPoolId: folding, Username: 'eVe' }))
    assert.equal(claimsOf((await api.signIn(two, 'EVE')).access)['username'], 'eve')
  })
})
