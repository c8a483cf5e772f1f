// A user who signs in by an address is called by the user name from the first challenge on: clients
// copy USERNAME into proofs, hashes and calls of devices, where the address would be another user.
// With a client that has a secret, so that each response proves the name that it sends.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminSetUserMFAPreferenceCommand,
  type CreateUserPoolCommandInput,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import {
  attributeList,
  claimsOf,
  hashed,
  PASSWORD,
  startTestApi,
  type TestApi,
  type TestClient,
} from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'
import { confirm, keptOf } from '../devices/people.js'
import { makeMfaPool, setUpApp } from '../mfa/people.js'

type Words = Readonly<Record<string, string>>
type Begun = Pick<
  InitiateAuthCommandOutput,
  'ChallengeName' | 'ChallengeParameters' | 'Session' | 'AuthenticationResult'
>
interface Person {
  /** What is typed. */
  readonly address: string
  /** What the pool calls the user. */
  readonly name: string
}

const POOLS: Readonly<Record<string, Partial<CreateUserPoolCommandInput>>> = {
  'an address in place of a name': { UsernameAttributes: ['email'] },
  'an address beside the name': { AliasAttributes: ['email'] },
}
const srp = new SrpClient()

for (const [what, names] of Object.entries(POOLS)) {
  describe(`who signs in by ${what}`, () => {
    let api: TestApi
    let poolId: string
    let app: TestClient
    before(async () => {
      api = await startTestApi()
      const made = await makeMfaPool(api, 'OPTIONAL', {
        ...names,
        AutoVerifiedAttributes: ['email'],
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
        DeviceConfiguration: {
          ChallengeRequiredOnNewDevice: true,
          DeviceOnlyRememberedOnUserPrompt: false,
        },
      })
      poolId = made.poolId
      app = await api.makeClient(poolId, {
        GenerateSecret: true,
        ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'],
      })
    })
    after(() => api.stop())

    async function makePerson(local: string, more: Words = {}): Promise<Person> {
      const address = `${local}@example.com`
      const isAlias = names.AliasAttributes !== undefined
      const attributes = { email: address, email_verified: 'true', ...more }
      const sub = await api.makeUser(poolId, isAlias ? local : address, attributes)
      return { address, name: isAlias ? local : sub }
    }
    const start = (AuthFlow: string, { address: USERNAME }: Person, more: Words): Promise<Begun> =>
      api.cognito.send(
        new InitiateAuthCommand({
          ClientId: app.clientId,
          AuthFlow: AuthFlow as 'USER_AUTH',
          AuthParameters: { USERNAME, ...more, ...hashed(app, USERNAME) },
        }),
      )
    const withPassword = (person: Person, more: Words = {}) =>
      start('USER_PASSWORD_AUTH', person, { PASSWORD, ...more })
    /** By the name that the challenge says, or by the one that is given. */
    const answer = (
      { ChallengeName, ChallengeParameters, Session }: Begun,
      words: Words,
      named?: string,
    ): Promise<Begun> => {
      const USERNAME = named ?? required(ChallengeParameters?.['USERNAME'], 'USERNAME')
      return api.cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId: app.clientId,
          ChallengeName: ChallengeName as 'SMS_MFA',
          Session,
          ChallengeResponses: { USERNAME, ...words, ...hashed(app, USERNAME) },
        }),
      )
    }
    const calls = ({ ChallengeParameters = {} }: Begun, { name }: Person) => {
      const { USERNAME, USER_ID_FOR_SRP } = ChallengeParameters
      assert.deepEqual({ USERNAME, USER_ID_FOR_SRP }, { USERNAME: name, USER_ID_FOR_SRP: name })
    }
    const endsWith = ({ AuthenticationResult }: Begun, { name }: Person) => {
      const { AccessToken, IdToken } = required(AuthenticationResult, 'tokens')
      assert.equal(claimsOf(required(AccessToken, 'access'))['username'], name)
      assert.equal(claimsOf(required(IdToken, 'ID'))['cognito:username'], name)
    }
    const claim = (asked: Words, userId: string) => {
      const { SALT: salt = '', SRP_B: publicB = '', SECRET_BLOCK: secretBlock = '' } = asked
      const timestamp = timestampOf(new Date())
      const signed = { poolId, userId, password: PASSWORD, salt, publicB, secretBlock, timestamp }
      return {
        PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
        PASSWORD_CLAIM_SIGNATURE: srp.sign(signed),
        TIMESTAMP: timestamp,
      }
    }
    const prefer = (Username: string, ...enabled: readonly ('SMS' | 'Email')[]) => {
      const settings = enabled.map((one) => [`${one}MfaSettings`, { Enabled: true }])
      return api.cognito.send(
        new AdminSetUserMFAPreferenceCommand({
          UserPoolId: poolId,
          Username,
          ...Object.fromEntries(settings),
        }),
      )
    }

    test('is called by name in SRP, and the address proves nothing', async () => {
      const person = await makePerson('ann')
      const asked = await start('USER_SRP_AUTH', person, { SRP_A: srp.publicA })
      calls(asked, person)
      const parameters = asked.ChallengeParameters ?? {}
      endsWith(await answer(asked, claim(parameters, person.name)), person)
      const again = await start('USER_SRP_AUTH', person, { SRP_A: srp.publicA })
      const byAddress = claim(again.ChallengeParameters ?? {}, person.address)
      const wrong = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' }
      await assert.rejects(answer(again, byAddress), wrong)
    })

    test('is called by name where a choice leads', async () => {
      const person = await makePerson('bob')
      const asked = await start('USER_AUTH', person, {})
      assert.deepEqual([asked.ChallengeName, asked.ChallengeParameters], ['SELECT_CHALLENGE', {}])
      const chosen = await answer(asked, { ANSWER: 'EMAIL_OTP' }, person.address)
      calls(chosen, person)
      const code = await api.code(poolId, person.name)
      endsWith(await answer(chosen, { EMAIL_OTP_CODE: code }), person)
      const bySrp = { ANSWER: 'PASSWORD_SRP', SRP_A: srp.publicA }
      const proof = await answer(await start('USER_AUTH', person, {}), bySrp, person.name)
      calls(proof, person)
      endsWith(await answer(proof, claim(proof.ChallengeParameters ?? {}, person.name)), person)
    })

    test('is called by name with second factors', async () => {
      const person = await makePerson('carl', { phone_number: '+12065550100' })
      await prefer(person.name, 'SMS', 'Email')
      const choice = await withPassword(person)
      assert.equal(choice.ChallengeName, 'SELECT_MFA_TYPE')
      calls(choice, person)
      const sent = await answer(choice, { ANSWER: 'SMS_MFA' })
      calls(sent, person)
      const code = await api.code(poolId, person.name)
      endsWith(await answer(sent, { SMS_MFA_CODE: code }), person)
      const other = await makePerson('dora')
      const { AccessToken = '' } = (await withPassword(other)).AuthenticationResult ?? {}
      const secret = await setUpApp(api, AccessToken)
      const byApp = await withPassword(other)
      assert.equal(byApp.ChallengeName, 'SOFTWARE_TOKEN_MFA')
      calls(byApp, other)
      endsWith(await answer(byApp, { SOFTWARE_TOKEN_MFA_CODE: totpCode(secret) }), other)
    })

    test('is called by name where a device is asked', async () => {
      const person = await makePerson('erin')
      const { access, device } = keptOf((await withPassword(person)).AuthenticationResult)
      const { deviceKey: DEVICE_KEY } = required(device, 'device')
      await confirm(api, access, required(device, 'device'))
      const asked = await withPassword(person, { DEVICE_KEY })
      assert.equal(asked.ChallengeName, 'DEVICE_SRP_AUTH')
      calls(asked, person)
      const next = await answer(asked, { DEVICE_KEY, SRP_A: srp.publicA })
      assert.equal(next.ChallengeName, 'DEVICE_PASSWORD_VERIFIER')
      assert.equal(next.ChallengeParameters?.['USERNAME'], person.name)
    })

    test('is called by name where a new password is asked', async () => {
      const address = 'finn@example.com'
      const isAlias = names.AliasAttributes !== undefined
      const invite = new AdminCreateUserCommand({
        UserPoolId: poolId,
        Username: isAlias ? 'finn' : address,
        TemporaryPassword: PASSWORD,
        UserAttributes: attributeList({ email: address, email_verified: 'true' }),
      })
      const { User } = await api.cognito.send(invite)
      const person = { address, name: required(User?.Username, 'name') }
      const asked = await withPassword(person)
      assert.equal(asked.ChallengeParameters?.['USER_ID_FOR_SRP'], person.name)
      const NEW_PASSWORD = 'Another-horse-8-stable'
      endsWith(await answer(asked, { NEW_PASSWORD }, person.name), person)
    })
  })
}
